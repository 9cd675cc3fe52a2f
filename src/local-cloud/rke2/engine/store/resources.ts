/** One kind of object that the API serves. */
export interface Resource {
  group: string
  version: string
  plural: string
  singular: string
  kind: string
  namespaced: boolean
  shortNames: readonly string[]
  /** Whether status is a subresource: then it is ignored by writes to the object itself. */
  status: boolean
}

type Short = readonly [
  plural: string,
  kind: string,
  namespaced: boolean,
  status: boolean,
  ...shortNames: string[],
]

const inGroup = (group: string, version: string, list: readonly Short[]): Resource[] =>
  list.map(([plural, kind, namespaced, status, ...shortNames]) => ({
    group,
    version,
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced,
    status,
    shortNames,
  }))

/** All that is served. Definitions of other resources and roles are kept for those who look for them, and have no effect. */
export const builtinResources: readonly Resource[] = [
  ...inGroup('', 'v1', [
    ['configmaps', 'ConfigMap', true, false, 'cm'],
    ['events', 'Event', true, false, 'ev'],
    ['namespaces', 'Namespace', false, true, 'ns'],
    ['nodes', 'Node', false, true, 'no'],
    ['pods', 'Pod', true, true, 'po'],
    ['secrets', 'Secret', true, false],
    ['serviceaccounts', 'ServiceAccount', true, false, 'sa'],
  ]),
  ...inGroup('apps', 'v1', [
    ['daemonsets', 'DaemonSet', true, true, 'ds'],
    ['deployments', 'Deployment', true, true, 'deploy'],
    ['replicasets', 'ReplicaSet', true, true, 'rs'],
  ]),
  ...inGroup('batch', 'v1', [['jobs', 'Job', true, true]]),
  ...inGroup('coordination.k8s.io', 'v1', [['leases', 'Lease', true, false]]),
  ...inGroup('apiextensions.k8s.io', 'v1', [
    ['customresourcedefinitions', 'CustomResourceDefinition', false, true, 'crd', 'crds'],
  ]),
  ...inGroup('rbac.authorization.k8s.io', 'v1', [
    ['clusterrolebindings', 'ClusterRoleBinding', false, false],
    ['clusterroles', 'ClusterRole', false, false],
    ['rolebindings', 'RoleBinding', true, false],
    ['roles', 'Role', true, false],
  ]),
  ...inGroup('helm.cattle.io', 'v1', [
    ['helmcharts', 'HelmChart', true, true],
    ['helmchartconfigs', 'HelmChartConfig', true, false],
  ]),
]

export type BuiltinName =
  | 'configmaps'
  | 'nodes'
  | 'pods'
  | 'namespaces'
  | 'serviceaccounts'
  | 'events'
  | 'daemonsets'
  | 'deployments'
  | 'replicasets'
  | 'jobs'
  | 'leases'
  | 'customresourcedefinitions'
  | 'clusterrolebindings'
  | 'clusterroles'
  | 'rolebindings'
  | 'roles'

/** A built-in resource by its plural. */
export function builtin(plural: BuiltinName): Resource {
  const found = builtinResources.find((resource) => resource.plural === plural)
  if (!found) throw new Error(`the engine has no resource ${plural}`)
  return found
}

/** `v1`, `apps/v1`: as an object's apiVersion has it. */
export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>) =>
  group ? `${group}/${version}` : version

/** `pods`, `deployments.apps`: as messages name a resource. */
export const qualifiedName = ({ group, plural }: Pick<Resource, 'group' | 'plural'>) =>
  group ? `${plural}.${group}` : plural

/** Where all objects of a resource lie in etcd; ends in a slash. */
export const directoryOf = ({ group, plural }: Pick<Resource, 'group' | 'plural'>) =>
  `/registry/${group || 'core'}/${plural}/`

/** Where one object lies in etcd. */
export const keyOf = (resource: Resource, namespace: string | undefined, name: string) =>
  `${directoryOf(resource)}${resource.namespaced ? `${namespace}/` : ''}${name}`
