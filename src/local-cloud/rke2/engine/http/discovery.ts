import { builtinResources, type Resource } from '../store/resources.ts'

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const STATUS_VERBS = ['get', 'patch', 'update']

/** The media type of discovery in one answer a root, as clients of Kubernetes 1.26 and later ask for it. */
export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** What `kubectl get all` shows. */
const IN_ALL = new Set(['daemonsets', 'deployments', 'jobs', 'pods', 'replicasets'])

/** The subresources that are served, as discovery lists them. */
function subresourcesOf({ group, version, plural, kind, status }: Resource) {
  const served = [
    ...(status ? [{ subresource: 'status', verbs: STATUS_VERBS }] : []),
    ...(plural === 'pods' ? [{ subresource: 'log', verbs: ['get'] }] : []),
  ]
  return served.map((one) => ({ ...one, responseKind: { group, version, kind } }))
}

const item = (resource: Resource) => ({
  resource: resource.plural,
  responseKind: { group: resource.group, version: resource.version, kind: resource.kind },
  scope: resource.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: resource.singular,
  verbs: VERBS,
  ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
  ...(IN_ALL.has(resource.plural) && { categories: ['all'] }),
  subresources: subresourcesOf(resource),
})

/** All groups below /api or /apis. Undefined for other paths, and for clients that want it group by group. */
export function discovery(path: string, accept: string): object | undefined {
  if ((path !== '/api' && path !== '/apis') || !accept.includes('as=APIGroupDiscoveryList')) return undefined
  const served = builtinResources.filter(({ group }) => (group === '') === (path === '/api'))
  const groups = [...new Set(served.map(({ group }) => group))].map((name) => ({
    name,
    resources: served.filter(({ group }) => group === name),
  }))
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ name, resources }) => ({
      metadata: { name, creationTimestamp: null },
      versions: [{ version: resources[0]?.version, freshness: 'Current', resources: resources.map(item) }],
    })),
  }
}
