import { isDeepStrictEqual } from 'node:util'
import type { KubeObject, ObjectMeta } from '../kubernetes.ts'
import { badRequest, conflict, invalid, notServed } from './api-error.ts'
import { withDefaults } from './defaults.ts'
import { apiVersionOf, type Resource } from './resources.ts'
import { unservedField } from './unserved-fields.ts'

/** What a new object gets from the server. */
export interface Birth {
  now: string
  uid: string
  /** Five characters that complete metadata.generateName. */
  suffix: string
}

// Only these names are also subdomains of DNS; Kubernetes checks every name so.
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/
const NAME_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"

// Their status alone is what a create may bring: a kubelet registers its node with it.
const STATUS_ON_CREATE = new Set(['Node'])
const WITHOUT_GENERATION = new Set(['Node', 'Namespace'])

const countsGenerations = (resource: Resource) => resource.status && !WITHOUT_GENERATION.has(resource.kind)

/** The object as it is stored first. @throws ApiError 422 for a name Kubernetes would refuse, 501 for a field that is not served. */
export function prepareCreate(
  resource: Resource,
  given: KubeObject,
  namespace: string | undefined,
  birth: Birth,
): KubeObject {
  const name =
    given.metadata.name || (given.metadata.generateName ? given.metadata.generateName + birth.suffix : '')
  checkName(resource, name)
  checkIdentity(resource, given, namespace)
  const metadata: ObjectMeta = {
    ...withoutServerFields(given.metadata),
    name,
    ...(resource.namespaced && { namespace }),
    uid: birth.uid,
    creationTimestamp: birth.now,
    ...(countsGenerations(resource) && { generation: 1 }),
  }
  const object = { ...given, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata }
  if (resource.status && !STATUS_ON_CREATE.has(resource.kind)) delete object.status
  return complete(resource, object)
}

/** With its defaults. @throws ApiError 501 naming a field that is not served. */
function complete(resource: Resource, object: KubeObject): KubeObject {
  const completed = withDefaults(resource, object)
  const field = unservedField(completed)
  if (field) throw notServed(`${field} of a ${resource.kind} as it is given`)
  return completed
}

function checkName(resource: Resource, name: string) {
  if (!name)
    throw invalid(resource.kind, '', [
      { field: 'metadata.name', fault: 'Required value: name or generateName is required' },
    ])
  if (DNS_SUBDOMAIN.test(name) && name.length <= 253) return
  throw invalid(resource.kind, name, [
    { field: 'metadata.name', fault: `Invalid value: "${name}": ${NAME_RULE}` },
  ])
}

function checkIdentity(resource: Resource, given: KubeObject, namespace: string | undefined) {
  if (given.kind && given.kind !== resource.kind)
    throw badRequest(`${resource.kind} in version "${resource.version}" cannot be handled as a ${given.kind}`)
  const own = given.metadata.namespace
  if (resource.namespaced && own && own !== namespace)
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`)
}

function withoutServerFields(metadata: ObjectMeta): ObjectMeta {
  const { resourceVersion: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, ...rest } = metadata
  delete (rest as Record<string, unknown>)['managedFields']
  return rest
}

/**
 * The object as it is stored after a change: what only the server sets stays, status is taken by the status subresource alone.
 * @throws ApiError 409 when `next` was made from another version.
 */
export function prepareUpdate(
  resource: Resource,
  current: KubeObject,
  next: KubeObject,
  subresource: string,
): KubeObject {
  const { name, resourceVersion } = current.metadata
  const based = next.metadata.resourceVersion
  if (based && based !== resourceVersion) throw conflict(resource, name)
  if (next.metadata.uid && next.metadata.uid !== current.metadata.uid)
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${next.metadata.uid}, UID in object meta: ${current.metadata.uid}`,
    )
  const updated = taken(resource, current, next, subresource)
  return {
    ...updated,
    metadata: {
      ...updated.metadata,
      ...serverFields(current.metadata),
      ...generation(resource, current, updated),
    },
  }
}

function taken(resource: Resource, current: KubeObject, next: KubeObject, subresource: string): KubeObject {
  if (subresource === 'binding') return next
  if (subresource === 'status')
    return { ...current, metadata: statusMetadata(resource, current, next), status: next.status }
  return mainUpdate(resource, current, next)
}

function mainUpdate(resource: Resource, current: KubeObject, next: KubeObject): KubeObject {
  const updated: KubeObject = complete(resource, {
    ...next,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: withoutServerFields(next.metadata),
  })
  if (!resource.status) return updated
  const { status: _, ...rest } = updated
  return current.status === undefined ? rest : { ...rest, status: current.status }
}

// A kubelet may change labels and annotations together with the status of its node and pods; elsewhere they are ignored.
const statusMetadata = (resource: Resource, current: KubeObject, next: KubeObject) =>
  resource.kind === 'Node' || resource.kind === 'Pod'
    ? { ...withoutServerFields(next.metadata), ownerReferences: current.metadata.ownerReferences }
    : current.metadata

const serverFields = (metadata: ObjectMeta): ObjectMeta => ({
  name: metadata.name,
  ...(metadata.namespace && { namespace: metadata.namespace }),
  uid: metadata.uid,
  creationTimestamp: metadata.creationTimestamp,
  ...(metadata.deletionTimestamp && {
    deletionTimestamp: metadata.deletionTimestamp,
    deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds,
  }),
})

function generation(resource: Resource, current: KubeObject, updated: KubeObject): Partial<ObjectMeta> {
  if (!countsGenerations(resource)) return {}
  const before = current.metadata.generation ?? 1
  return { generation: isDeepStrictEqual(current.spec, updated.spec) ? before : before + 1 }
}
