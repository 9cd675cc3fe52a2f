import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import type { NodeObject, Pod } from '../kubernetes.ts'
import { ApiError, badRequest, notFound } from '../store/api-error.ts'
import { builtin } from '../store/resources.ts'
import type { ResourceCall } from './resource-call.ts'

const KUBELET_PORT = 10_250
const TIMEOUT_MS = 10_000

/** The container a log is asked of: the only one, or the named one. @throws ApiError 400 */
function containerOf(pod: Pod, asked: string | null): string {
  const names = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])].map(({ name }) => name)
  const { name } = pod.metadata
  if (asked !== null && !names.includes(asked))
    throw badRequest(`container ${asked} is not valid for pod ${name}`)
  const only = asked ?? (pod.spec.containers?.length === 1 ? pod.spec.containers[0]?.name : undefined)
  if (!only)
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`,
    )
  return only
}

/** GET pods/NAME/log: passed on to the kubelet of the pod's node. */
export async function sendPodLog({ api, resource, info, query, response }: ResourceCall): Promise<void> {
  const pod = (await api.objects.get({ resource, namespace: info.namespace, name: info.name ?? '' })) as Pod
  const container = containerOf(pod, query.get('container'))
  const { nodeName } = pod.spec
  if (!nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`)
  const address = addressOf(api.objects.cached<NodeObject>(builtin('nodes')), nodeName)
  const url = new URL(
    `https://${address}:${KUBELET_PORT}/containerLogs/${info.namespace}/${pod.metadata.name}/${container}`,
  )
  for (const [key, value] of query) if (key !== 'container') url.searchParams.set(key, value)
  const { cert, key, ca } = api.config.kubeletClient
  const tls = { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) }
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new ApiError(500, 'InternalError', `Get "${url}": ${error.message}`))
    const call = request(url, tls, (answer) => {
      clearTimeout(unanswered)
      response.writeHead(answer.statusCode ?? 500, {
        'content-type': answer.headers['content-type'] ?? 'text/plain',
      })
      answer.on('error', () => response.destroy())
      answer.on('end', resolve)
      answer.pipe(response)
    })
    const unanswered = setTimeout(() => call.destroy(new Error('i/o timeout')), TIMEOUT_MS)
    call.on('error', fail)
    response.on('close', () => call.destroy())
    call.end()
  })
}

function addressOf(nodes: readonly NodeObject[], name: string): string {
  const node = nodes.find(({ metadata }) => metadata.name === name)
  const address = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
  if (!address) throw notFound(builtin('nodes'), name)
  return address
}
