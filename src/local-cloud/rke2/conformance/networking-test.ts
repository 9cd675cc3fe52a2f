import { get } from 'node:http'
import * as z from 'zod'
import type { ObjectList } from '../kubernetes/resources.ts'
import { agnhostPod } from './agnhost-pod.ts'
import type { TestContext } from './suite.ts'

const node = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    taints: z.array(z.looseObject({ effect: z.string() })).default([]),
    unschedulable: z.boolean().optional(),
  }),
  status: z.looseObject({
    conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
  }),
})
const dialed = z.object({ responses: z.array(z.string()).optional(), errors: z.array(z.string()).optional() })
const runningPod = z.looseObject({
  status: z.looseObject({ phase: z.string(), podIP: z.string().optional() }),
})

const HTTP_LIMIT_MS = 15_000

/** One web server a schedulable node, and a test pod from inside which each of them must be reached by its pod address. */
export async function intraPodCommunication(context: TestContext): Promise<void> {
  const { api, namespace } = context
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const nodes = (await api.request<ObjectList>('GET', '/api/v1/nodes')).items.map((item) => node.parse(item))
  const schedulable = nodes.filter(isSchedulable).map(({ metadata }) => metadata.name)
  const [first] = schedulable
  if (first === undefined) throw new Error('no node is schedulable')
  const wanted = [
    agnhostPod('test-container-pod', { node: first, netexec: true }),
    ...schedulable.map((name, index) => agnhostPod(`netserver-${index}`, { node: name, netexec: true })),
  ]
  await Promise.all(wanted.map((pod) => api.request('POST', pods, pod)))
  const source = await address(context, 'test-container-pod')
  const answers = await Promise.all(
    schedulable.map(async (name, index) => {
      const target = await address(context, `netserver-${index}`)
      const { responses, errors } = await dial(source, target)
      if (responses?.[0] === `netserver-${index}`) return []
      return `netserver-${index} (${target} on ${name}) from ${source} on ${first}: ${errors?.join() ?? 'no answer'}`
    }),
  )
  const faults = answers.flat()
  if (faults.length) throw new Error(`failed to reach ${faults.join('; ')}`)
}

function isSchedulable({ spec, status }: z.infer<typeof node>): boolean {
  const ready = status.conditions.some(({ type, status: holds }) => type === 'Ready' && holds === 'True')
  return ready && !spec.unschedulable && spec.taints.every(({ effect }) => effect === 'PreferNoSchedule')
}

function address({ api, namespace, eventually }: TestContext, name: string): Promise<string> {
  return eventually(`pod ${name} to run`, async () => {
    const { status } = runningPod.parse(
      await api.request('GET', `/api/v1/namespaces/${namespace}/pods/${name}`),
    )
    return status.phase === 'Running' ? status.podIP : undefined
  })
}

/** agnhost's own way: the source pod is asked, over HTTP, to ask the target. */
async function dial(source: string, target: string): Promise<z.infer<typeof dialed>> {
  const url = `http://${source}:8080/dial?request=hostname&protocol=http&host=${target}&port=8080&tries=1`
  return dialed.parse(JSON.parse(await fetchText(url)))
}

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { signal: AbortSignal.timeout(HTTP_LIMIT_MS) }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.once('end', () => resolve(text))
    }).once('error', reject)
  })
}
