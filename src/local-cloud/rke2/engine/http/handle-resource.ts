import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KubeObject } from '../kubernetes.ts'
import { badRequest, expired, notFound, notImplemented } from '../store/api-error.ts'
import { servedResources } from '../store/catalog.ts'
import { qualifiedName, type Resource } from '../store/resources.ts'
import { parseSelectors } from '../store/selectors.ts'
import type { Api } from './api.ts'
import { bindPod } from './bind-pod.ts'
import { asDeleteOptions, asObject, readBody } from './bodies.ts'
import type { Identity } from './identity.ts'
import { restrictNode } from './node-restriction.ts'
import { applyObject, patchObject } from './patch-object.ts'
import { sendPodLog } from './pod-log.ts'
import { type IncludeObject, representationFor } from './representation.ts'
import type { RequestInfo } from './request-info.ts'
import { sendJson } from './send-json.ts'
import { streamWatch } from './watch.ts'

export type ResourceInfo = Extract<RequestInfo, { about: 'resource' }>

/** One request about objects, with all that its handler needs. */
export interface ResourceCall {
  api: Api
  identity: Identity
  request: IncomingMessage
  response: ServerResponse
  query: URLSearchParams
  info: ResourceInfo
  resource: Resource
}

const SUBRESOURCES = new Set(['', 'status', 'finalize'])
/** As the API server: a random time of half an hour to an hour; the lower end. */
const WATCH_SECONDS = 1_800

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

const represent = ({ request, query, resource }: ResourceCall) =>
  representationFor(
    resource,
    request.headers.accept ?? '',
    (query.get('includeObject') ?? 'Metadata') as IncludeObject,
  )

const answer = (call: ResourceCall, code: number, object: KubeObject) =>
  sendJson(call.response, code, represent(call).one(object))

const matcherOf = ({ query, resource, info }: ResourceCall) => {
  const matches = parseSelectors(
    resource.kind,
    query.get('labelSelector') ?? '',
    query.get('fieldSelector') ?? '',
  )
  return (object: KubeObject) => matches(object) && (!info.name || object.metadata.name === info.name)
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

/** resourceVersion=0 is "any that you have"; everything else asks for what a quorum agrees on. */
const settleUnlessAny = async ({ api, query }: ResourceCall) => {
  if (query.get('resourceVersion') !== '0') await api.objects.settle()
}

async function list(call: ResourceCall) {
  const { api, query, resource, info } = call
  await settleUnlessAny(call)
  const matching = api.objects.cached(resource, info.namespace).filter(matcherOf(call))
  const limit = Number(query.get('limit')) || matching.length
  const from = startOf(query.get('continue'), matching, api)
  const page = matching.slice(from, from + limit)
  const left = matching.length - from - page.length
  const last = page[page.length - 1]?.metadata
  const token = { namespace: last?.namespace ?? '', name: last?.name ?? '', revision: api.cache.revision() }
  const metadata = {
    resourceVersion: String(api.cache.revision()),
    ...(left > 0 && {
      continue: Buffer.from(JSON.stringify(token)).toString('base64url'),
      remainingItemCount: left,
    }),
  }
  sendJson(call.response, 200, represent(call).list(page, metadata))
}

/** Where the next page begins: after the object that the token names, whether that still exists or not. */
function startOf(token: string | null, objects: readonly KubeObject[], api: Api): number {
  if (!token) return 0
  const after = JSON.parse(Buffer.from(token, 'base64url').toString()) as {
    namespace: string
    name: string
    revision: number
  }
  if (!api.cache.changesSince(after.revision)) throw expired(after.revision, api.cache.revision())
  const passed = objects.findIndex(({ metadata }) => {
    const namespace = metadata.namespace ?? ''
    return namespace > after.namespace || (namespace === after.namespace && metadata.name > after.name)
  })
  return passed < 0 ? objects.length : passed
}

const flag = (query: URLSearchParams, name: string) => ['true', '1'].includes(query.get(name) ?? '')

async function watch(call: ResourceCall) {
  const { api, query, resource, info, response } = call
  const since = Number(query.get('resourceVersion')) || undefined
  if (!since) await settleUnlessAny(call)
  streamWatch(api.cache, response, {
    resource,
    namespace: info.namespace,
    matches: matcherOf(call),
    representation: represent(call),
    since,
    sendInitialEvents: flag(query, 'sendInitialEvents'),
    allowBookmarks: flag(query, 'allowWatchBookmarks'),
    timeoutSeconds: Number(query.get('timeoutSeconds')) || WATCH_SECONDS,
  })
}

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
