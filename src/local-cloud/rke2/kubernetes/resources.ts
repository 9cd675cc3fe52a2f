import { type ApiClient, isStatus, type KubernetesObject } from './api-client.ts'

const plurals: Record<string, string> = {
  ConfigMap: 'configmaps',
  CustomResourceDefinition: 'customresourcedefinitions',
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
  HelmChart: 'helmcharts',
  HelmChartConfig: 'helmchartconfigs',
  Job: 'jobs',
  Lease: 'leases',
  Namespace: 'namespaces',
  Node: 'nodes',
  Pod: 'pods',
  Secret: 'secrets',
  Service: 'services',
}

/** `/api/v1/namespaces/kube-system/pods[/name]`. */
export function collectionPath(apiVersion: string, kind: string, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const plural = plurals[kind] ?? `${kind.toLowerCase()}s`
  return `${root}${namespace ? `/namespaces/${namespace}` : ''}/${plural}`
}

/** Where objects of this kind and namespace lie. */
export const objectCollection = ({ apiVersion = 'v1', kind = '', metadata }: KubernetesObject): string =>
  collectionPath(apiVersion, kind, metadata.namespace)

const objectPath = (object: KubernetesObject) => `${objectCollection(object)}/${object.metadata.name}`

export interface ObjectList {
  items: KubernetesObject[]
  metadata: { resourceVersion?: string }
}

/** The object, or nothing when there is none. @throws ApiError for every other refusal. */
export async function find(api: ApiClient, path: string): Promise<KubernetesObject | undefined> {
  try {
    return await api.request('GET', path)
  } catch (error) {
    if (isStatus(error, 404)) return undefined
    throw error
  }
}

/** Creates `object`, or merges it into the one that is there. */
export async function apply(api: ApiClient, object: KubernetesObject): Promise<KubernetesObject> {
  try {
    return await api.request('PATCH', objectPath(object), object)
  } catch (error) {
    if (!isStatus(error, 404)) throw error
  }
  return createUnlessThere(api, objectCollection(object), object)
}

/** Two servers may create the same object at the same moment: the second finds it there. */
export async function createUnlessThere(
  api: ApiClient,
  path: string,
  object: KubernetesObject,
): Promise<KubernetesObject> {
  try {
    return await api.request('POST', path, object)
  } catch (error) {
    if (!isStatus(error, 409)) throw error
    return api.request('GET', `${path}/${object.metadata.name}`)
  }
}
