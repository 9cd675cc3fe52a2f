import type { IncomingMessage, ServerResponse } from 'node:http'
import { apiVersionOf, type Resource } from '../store/resources.ts'
import { sendJson } from './send-json.ts'

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const STATUS_VERBS = ['get', 'patch', 'update']
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** What `kubectl get all` shows. */
const IN_ALL = new Set(['daemonsets', 'deployments', 'jobs', 'pods', 'replicasets', 'services'])
const categoriesOf = ({ plural, custom }: Resource) =>
  IN_ALL.has(plural) && !custom ? { categories: ['all'] } : {}

interface Subresource {
  name: string
  kind: string
  verbs: readonly string[]
}

/** The subresources that are served, as discovery lists them. */
function subresourcesOf({ plural, kind, status }: Resource): Subresource[] {
  return [
    ...(status ? [{ name: 'status', kind, verbs: STATUS_VERBS }] : []),
    ...(plural === 'pods' ? [{ name: 'log', kind, verbs: ['get'] }] : []),
    ...(plural === 'pods' ? [{ name: 'binding', kind: 'Binding', verbs: ['create'] }] : []),
    ...(plural === 'namespaces' ? [{ name: 'finalize', kind, verbs: ['update'] }] : []),
  ]
}

function resourceList(resources: readonly Resource[], groupVersion: string) {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.flatMap((resource) => [
      {
        name: resource.plural,
        singularName: resource.singular,
        namespaced: resource.namespaced,
        kind: resource.kind,
        verbs: VERBS,
        ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
        ...categoriesOf(resource),
      },
      ...subresourcesOf(resource).map(({ name, kind, verbs }) => ({
        name: `${resource.plural}/${name}`,
        singularName: '',
        namespaced: resource.namespaced,
        kind,
        verbs,
      })),
    ]),
  }
}

const groupsOf = (resources: readonly Resource[]) => [...new Set(resources.map(({ group }) => group))]
const versionsOf = (resources: readonly Resource[], group: string) => [
  ...new Set(resources.filter((one) => one.group === group).map(({ version }) => version)),
]

function apiGroup(resources: readonly Resource[], name: string) {
  const versions = versionsOf(resources, name).map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }))
  return { name, versions, preferredVersion: versions[0] }
}

/** All groups in one answer, as newer clients ask: one request instead of one a group. */
function aggregatedDiscovery(resources: readonly Resource[], groups: readonly string[]) {
  const scope = ({ namespaced }: Resource) => (namespaced ? 'Namespaced' : 'Cluster')
  const item = (resource: Resource) => ({
    resource: resource.plural,
    responseKind: { group: resource.group, version: resource.version, kind: resource.kind },
    scope: scope(resource),
    singularResource: resource.singular,
    verbs: VERBS,
    ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
    ...categoriesOf(resource),
    subresources: subresourcesOf(resource).map(({ name, kind, verbs }) => ({
      subresource: name,
      responseKind: { group: resource.group, version: resource.version, kind },
      verbs,
    })),
  })
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: versionsOf(resources, group).map((version) => ({
        version,
        freshness: 'Current',
        resources: resources.filter((one) => one.group === group && one.version === version).map(item),
      })),
    })),
  }
}

/** Answers /api, /apis and below. False when the path is of no group that is served. */
export function sendDiscovery(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  resources: readonly Resource[],
): boolean {
  const [root, group, version] = path.split('/').filter(Boolean)
  if (
    (root === 'api' || root === 'apis') &&
    !group &&
    (request.headers.accept ?? '').includes('as=APIGroupDiscoveryList')
  ) {
    const groups = root === 'api' ? [''] : groupsOf(resources).filter(Boolean)
    sendJson(response, 200, aggregatedDiscovery(resources, groups), AGGREGATED)
    return true
  }
  const body = plainDiscovery(resources, root, group, version)
  if (body) sendJson(response, 200, body)
  return body !== undefined
}

function plainDiscovery(resources: readonly Resource[], root?: string, group?: string, version?: string) {
  if (root === 'api' && !group)
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
  if (root === 'apis' && !group) {
    const groups = groupsOf(resources).filter(Boolean)
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((name) => apiGroup(resources, name)) }
  }
  const wanted =
    root === 'api' ? { group: '', version: group ?? '' } : { group: group ?? '', version: version ?? '' }
  const inGroup = resources.filter((one) => one.group === wanted.group)
  if (root === 'apis' && !version && inGroup.length > 0)
    return { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(resources, wanted.group) }
  const found = inGroup.filter((one) => one.version === wanted.version)
  return found.length > 0 ? resourceList(found, apiVersionOf(wanted)) : undefined
}
