import type { KubeObject } from '../kubernetes.ts'
import { badRequest, notServed } from '../store/api-error.ts'
import { apiVersionOf, builtinResources, qualifiedName, type Resource } from '../store/resources.ts'
import { asDeleteOptions, asObject, readBody } from './bodies.ts'
import { restrictNode } from './node-restriction.ts'
import { patchObject } from './patch-object.ts'
import { sendPodLog } from './pod-log.ts'
import { answer, list, matcherOf, represent, watch } from './read-objects.ts'
import type { ResourceCall, ResourceInfo } from './resource-call.ts'
import { sendJson } from './send-json.ts'

/** Parameters that make a request another one. Those that a server may leave unheeded (limit, allowWatchBookmarks) are not among them. */
const UNSERVED_PARAMETERS = ['dryRun', 'continue', 'sendInitialEvents']

/** @throws ApiError 501 for a verb, subresource or parameter that is not served. */
export async function handleResource(call: ResourceCall): Promise<void> {
  const { info, resource, query } = call
  const unserved = UNSERVED_PARAMETERS.find((name) => query.has(name))
  if (unserved) throw notServed(`the parameter ${unserved}`)
  if (resource.namespaced && info.verb === 'create' && !info.namespace)
    throw badRequest(`an empty namespace may not be set during creation`)
  await handlerFor(info, resource)(call)
}

function handlerFor({ verb, subresource }: ResourceInfo, resource: Resource) {
  const name = qualifiedName(resource) + (subresource && `/${subresource}`)
  const served = subresource ? subresources[subresource]?.(resource) : handlers
  const handler = served?.[verb]
  if (!handler) throw notServed(`${verb} of ${name}`)
  return handler
}

/** @throws ApiError 404 that names the resource. */
export function resourceFor({ group, version, plural }: ResourceInfo): Resource {
  const found = builtinResources.find(
    (one) => one.group === group && one.version === version && one.plural === plural,
  )
  if (!found) throw notServed(`${plural} of ${apiVersionOf({ group, version })}`, 404)
  return found
}

const refOf = ({ resource, info }: ResourceCall) => ({
  resource,
  namespace: info.namespace,
  name: info.name ?? '',
})

async function create(call: ResourceCall) {
  const { api, request, identity, resource, info } = call
  const given = asObject(await readBody(request))
  restrictNode(identity, resource, undefined, given)
  answer(call, 201, await api.objects.create(resource, given, info.namespace))
}

async function update(call: ResourceCall) {
  const { api, request, identity, resource, info } = call
  const given = asObject(await readBody(request))
  if (given.metadata.name && given.metadata.name !== info.name)
    throw badRequest(
      `the name of the object (${given.metadata.name}) does not match the name on the URL (${info.name})`,
    )
  const next = { ...given, metadata: { ...given.metadata, name: info.name ?? '' } }
  const change = (current: KubeObject) => {
    restrictNode(identity, resource, current, next)
    return next
  }
  answer(call, 200, await api.objects.update(refOf(call), change, info.subresource))
}

async function patch(call: ResourceCall) {
  const { api, request, identity, resource, info } = call
  const body = (await readBody(request)) ?? {}
  const change = (current: KubeObject) => {
    const next = patchObject(request, current, body)
    restrictNode(identity, resource, current, next)
    return next
  }
  answer(call, 200, await api.objects.update(refOf(call), change, info.subresource))
}

async function remove(call: ResourceCall) {
  const { api, request, query, response } = call
  const options = asDeleteOptions(await readBody(request), query)
  const { object, removed } = await api.objects.delete(refOf(call), options)
  if (!removed) return sendJson(response, 200, object)
  const { name, uid } = object.metadata
  const details = { name, group: call.resource.group, kind: call.resource.plural, uid }
  sendJson(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
}

async function removeCollection(call: ResourceCall) {
  const { api, request, query, resource, info } = call
  const options = asDeleteOptions(await readBody(request), query)
  await api.objects.settle()
  const objects = api.objects.cached(resource, info.namespace).filter(matcherOf(call))
  for (const { metadata } of objects)
    await api.objects.delete({ resource, namespace: metadata.namespace, name: metadata.name }, options)
  sendJson(
    call.response,
    200,
    represent(call).list(objects, { resourceVersion: String(api.cache.revision()) }),
  )
}

type Handlers = Readonly<Record<string, (call: ResourceCall) => Promise<void>>>

const get: Handlers[string] = async (call) => answer(call, 200, await call.api.objects.get(refOf(call)))

const handlers: Handlers = {
  ...{ get, list, watch, create, update, patch },
  delete: remove,
  deletecollection: removeCollection,
}

const subresources: Readonly<Record<string, (resource: Resource) => Handlers>> = {
  status: ({ status }) => (status ? { get, update, patch } : {}),
  log: ({ plural }) => (plural === 'pods' ? { get: sendPodLog } : {}),
}
