import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import type { NodeObject, Pod } from '../../../src/local-cloud/rke2/engine/kubernetes.ts'

interface Files {
  file(name: string): string
  port(engine?: number): number
}

/** A client of the API with the admin's certificate. */
function createClient(cluster: Files, engine = 0) {
  const tls = {
    ca: readFileSync(cluster.file('ca.crt')),
    cert: readFileSync(cluster.file('admin.crt')),
    key: readFileSync(cluster.file('admin.key')),
  }
  const agent = new Agent({ keepAlive: true, ...tls })
  return (method: string, path: string, body?: unknown, type = 'application/json') =>
    new Promise<{ code: number; body: Record<string, unknown> }>((resolve, reject) => {
      const said = body === undefined ? '' : JSON.stringify(body)
      // Node leaves the length out for DELETE.
      const headers = { 'content-type': type, 'content-length': Buffer.byteLength(said) }
      const call = request(
        { host: '127.0.0.1', port: cluster.port(engine), path, method, agent, headers },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('end', () =>
            resolve({ code: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }),
          )
        },
      )
      call.on('error', reject)
      call.end(said)
    })
}

const MERGE = 'application/merge-patch+json'
const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')

export const newNode = (name: string, taints: unknown[] = []): NodeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  spec: { taints: taints as never },
  status: {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    nodeInfo: { kubeletVersion: 'v1.35.4+rke2r1' },
  },
})

/** Says that its nodes are alive and that their pods run, and lets go of deleted pods. Returns the ways to silence a node and to stop. */
export async function startKubelets(cluster: Files, nodes: readonly NodeObject[]) {
  const ask = createClient(cluster)
  const alive = new Set(nodes.map(({ metadata }) => metadata.name))
  for (const node of nodes) await ask('POST', '/api/v1/nodes', node)
  let isStopped = false

  const tend = async (pod: Pod) => {
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`
    if (pod.metadata.deletionTimestamp) return ask('DELETE', path, { gracePeriodSeconds: 0 })
    if (pod.status?.phase !== 'Pending') return undefined
    const [container] = pod.spec.containers ?? []
    const { name = '', image = '' } = container ?? {}
    const phase = image === 'exit0' ? 'Succeeded' : 'Running'
    const status = {
      phase,
      containerStatuses: [{ name, restartCount: image === 'restarts' ? 2 : 0 }],
      conditions: [
        ...(pod.status.conditions ?? []),
        { type: 'Ready', status: phase === 'Running' ? 'True' : 'False' },
      ],
    }
    return ask('PATCH', `${path}/status`, { status }, MERGE)
  }
  const round = async () => {
    const heartbeat = {
      status: {
        conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now() }],
      },
    }
    for (const name of alive) await ask('PATCH', `/api/v1/nodes/${name}/status`, heartbeat, MERGE)
    const { body } = await ask('GET', '/api/v1/pods?resourceVersion=0')
    for (const pod of (body['items'] ?? []) as Pod[]) if (alive.has(pod.spec.nodeName ?? '')) await tend(pod)
  }
  const loop = (async () => {
    while (!isStopped) {
      await round().catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })()
  return {
    silence: (name: string) => alive.delete(name),
    async stop() {
      isStopped = true
      await loop
    },
  }
}
