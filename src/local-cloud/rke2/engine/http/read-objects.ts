import type { KubeObject } from '../kubernetes.ts'
import { expired } from '../store/api-error.ts'
import { parseSelectors } from '../store/selectors.ts'
import type { Api } from './api.ts'
import { type IncludeObject, representationFor } from './representation.ts'
import type { ResourceCall } from './resource-call.ts'
import { sendJson } from './send-json.ts'
import { streamWatch } from './watch.ts'

/** As the API server: a random time of half an hour to an hour; the lower end. */
const WATCH_SECONDS = 1_800

export const represent = ({ request, query, resource }: ResourceCall) =>
  representationFor(
    resource,
    request.headers.accept ?? '',
    (query.get('includeObject') ?? 'Metadata') as IncludeObject,
  )

export const answer = (call: ResourceCall, code: number, object: KubeObject) =>
  sendJson(call.response, code, represent(call).one(object))

export const matcherOf = ({ query, resource, info }: ResourceCall) => {
  const matches = parseSelectors(
    resource.kind,
    query.get('labelSelector') ?? '',
    query.get('fieldSelector') ?? '',
  )
  return (object: KubeObject) => matches(object) && (!info.name || object.metadata.name === info.name)
}

/** resourceVersion=0 is "any that you have"; everything else asks for what a quorum agrees on. */
const settleUnlessAny = async ({ api, query }: ResourceCall) => {
  if (query.get('resourceVersion') !== '0') await api.objects.settle()
}

export async function list(call: ResourceCall) {
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

export async function watch(call: ResourceCall) {
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
