import type { KubeObject } from '../kubernetes.ts'
import { parseSelectors } from '../store/selectors.ts'
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
  const { api, resource, info } = call
  await settleUnlessAny(call)
  const matching = api.objects.cached(resource, info.namespace).filter(matcherOf(call))
  const metadata = { resourceVersion: String(api.cache.revision()) }
  sendJson(call.response, 200, represent(call).list(matching, metadata))
}

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
    timeoutSeconds: Number(query.get('timeoutSeconds')) || WATCH_SECONDS,
  })
}
