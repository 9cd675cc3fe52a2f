import type { KubeObject } from '../kubernetes.ts'
import { badRequest, notFound, notImplemented } from '../store/api-error.ts'
import { servedResources } from '../store/catalog.ts'
import { qualifiedName, type Resource } from '../store/resources.ts'
import type { Api } from './api.ts'
import { bindPod } from './bind-pod.ts'
import { asDeleteOptions, asObject, readBody } from './bodies.ts'
import { restrictNode } from './node-restriction.ts'
import { applyObject, patchObject } from './patch-object.ts'
import { sendPodLog } from './pod-log.ts'
import { answer, list, matcherOf, represent, watch } from './read-objects.ts'
import type { ResourceCall, ResourceInfo } from './resource-call.ts'
import { sendJson } from './send-json.ts'

const SUBRESOURCES = new Set(['', 'status', 'finalize'])

/** @throws ApiError 404 for a resource that is not served, 501 for a verb or subresource the engine has not. */
export async function handleResource(call: ResourceCall): Promise<void> {
  const { info, resource } = call
  if (resource.namespaced && info.verb === 'create' && !info.namespace)
    throw badRequest(`an empty namespace may not be set during creation`)
  if (info.plural === 'pods' && info.subresource === 'log') return sendPodLog(call)
  if (info.plural === 'pods' && info.subresource === 'binding') return bindPod(call)
  if (!SUBRESOURCES.has(info.subresource))
    throw notImplemented(`the subresource ${info.plural}/${info.subresource}`)
  const handler = handlers[info.verb]
  if (!handler) throw notImplemented(`${info.verb} of ${qualifiedName(resource)}`)
  await handler(call)
}

/** @throws ApiError 404 that names the resource. */
export function resourceFor(api: Api, { group, version, plural }: ResourceInfo): Resource {
  const found = servedResources(api.cache).find(
    (one) => one.group === group && one.version === version && one.plural === plural,
  )
  if (!found) throw notFound({ group, plural: 'resources' }, `${plural}.${version}.${group || 'core'}`)
  return found
}

const refOf = ({ resource, info }: ResourceCall) => ({
  resource,
  namespace: info.namespace,
  name: info.name ?? '',
})
const optionsOf = ({ query, info }: ResourceCall) => ({
  dryRun: query.has('dryRun'),
  subresource: info.subresource,
})

async function create(call: ResourceCall) {
  const { api, request, identity, resource, info } = call
  if (info.name) throw notImplemented(`create of the subresource ${info.plural}/${info.subresource}`)
  const given = asObject(await readBody(request))
  restrictNode(identity, resource, undefined, given)
  answer(call, 201, await api.objects.create(resource, given, info.namespace, optionsOf(call)))
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
  answer(call, 200, await api.objects.update(refOf(call), change, optionsOf(call)))
}

async function patch(call: ResourceCall) {
  const { api, request, identity, resource, info } = call
  const body = (await readBody(request)) ?? {}
  const change = (current: KubeObject) => {
    const next = patchObject(resource, request, current, body)
    restrictNode(identity, resource, current, next)
    return next
  }
  const changed = await api.objects.update(refOf(call), change, optionsOf(call)).catch((error: unknown) => {
    const made = applyObject(resource, request, body, info, error)
    restrictNode(identity, resource, undefined, made)
    return api.objects.create(resource, made, info.namespace, optionsOf(call))
  })
  answer(call, 200, changed)
}

async function remove(call: ResourceCall) {
  const { api, request, query, response } = call
  const { dryRun, ...options } = asDeleteOptions(await readBody(request), query)
  const { object, removed } = await api.objects.delete(refOf(call), options, dryRun)
  if (!removed) return sendJson(response, 200, object)
  const { name, uid } = object.metadata
  const details = { name, group: call.resource.group, kind: call.resource.plural, uid }
  sendJson(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
}

async function removeCollection(call: ResourceCall) {
  const { api, request, query, resource, info } = call
  const { dryRun, ...options } = asDeleteOptions(await readBody(request), query)
  await api.objects.settle()
  const objects = api.objects.cached(resource, info.namespace).filter(matcherOf(call))
  for (const { metadata } of objects)
    await api.objects.delete(
      { resource, namespace: metadata.namespace, name: metadata.name },
      options,
      dryRun,
    )
  sendJson(
    call.response,
    200,
    represent(call).list(objects, { resourceVersion: String(api.cache.revision()) }),
  )
}

const handlers: Readonly<Record<string, (call: ResourceCall) => Promise<void>>> = {
  get: async (call) => answer(call, 200, await call.api.objects.get(refOf(call))),
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
}
