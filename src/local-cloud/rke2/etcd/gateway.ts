import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import * as z from 'zod'
import { paths } from '../paths.ts'

/** An answer of etcd other than success, in etcd's words: `etcdserver: too many learner members in cluster`. */
export class EtcdError extends Error {}

/** Nobody answered: another member may. */
export class Unreachable extends EtcdError {}

const member = z.object({
  ID: z.string(),
  name: z.string().default(''),
  peerURLs: z.array(z.string()).default([]),
  clientURLs: z.array(z.string()).default([]),
  isLearner: z.boolean().default(false),
})
export type Member = z.infer<typeof member>

const memberList = z.object({ members: z.array(member).default([]) })
const status = z.object({
  header: z.object({ member_id: z.string() }),
  leader: z.string().optional(),
  isLearner: z.boolean().default(false),
  raftIndex: z.string().default('0'),
  version: z.string(),
})
type EtcdStatus = z.infer<typeof status>

export interface Etcd {
  members(): Promise<Member[]>
  status(): Promise<EtcdStatus>
  addLearner(peerUrl: string): Promise<Member[]>
  promote(id: string): Promise<void>
  remove(id: string): Promise<void>
  /** Resolves when a majority has answered a read. @throws EtcdError after `timeoutMs`. */
  reachQuorum(timeoutMs: number): Promise<void>
}

/** By which this server may ask etcd anything. */
export function etcdCredentials(): { ca: string; cert: string; key: string } {
  const read = (name: string) => readFileSync(join(paths.etcdTls, name), 'utf8')
  return { ca: read('server-ca.crt'), cert: read('client.crt'), key: read('client.key') }
}

const TIMEOUT_MS = 5_000
/** The first of all keys, as the gateway wants it. It need not exist: reading it is a question to the majority. */
const ANY_KEY = Buffer.from('\0').toString('base64')

/** etcd's JSON gateway at the first of `https://host:2379` … that answers, spoken to with this server's own client certificate. */
export function connectEtcd(...endpoints: readonly string[]): Etcd {
  const agent = new Agent({ keepAlive: true, ...etcdCredentials() })
  const call = async (path: string, body: unknown, timeoutMs = TIMEOUT_MS) => {
    const faults: string[] = []
    for (const endpoint of endpoints) {
      try {
        return await postJson(agent, `${endpoint}${path}`, body, timeoutMs)
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error
        faults.push(error.message)
      }
    }
    throw new Unreachable(faults.join('; '))
  }
  return {
    members: async () => memberList.parse(await call('/v3/cluster/member/list', {})).members,
    status: async () => status.parse(await call('/v3/maintenance/status', {})),
    addLearner: async (peerUrl) =>
      memberList.parse(await call('/v3/cluster/member/add', { peerURLs: [peerUrl], isLearner: true }))
        .members,
    promote: async (id) => void (await call('/v3/cluster/member/promote', { ID: id })),
    remove: async (id) => void (await call('/v3/cluster/member/remove', { ID: id })),
    reachQuorum: async (timeoutMs) => void (await call('/v3/kv/range', { key: ANY_KEY }, timeoutMs)),
  }
}

function postJson(agent: Agent, url: string, body: unknown, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body)
    const call = request(
      url,
      { method: 'POST', agent, timeout: timeoutMs, headers: { 'content-length': Buffer.byteLength(text) } },
      (response) => {
        let answer = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          answer += chunk
        })
        response.once('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(answer))
          else reject(new EtcdError(messageOf(answer)))
        })
      },
    )
    call.once('timeout', () => call.destroy(new Error('context deadline exceeded')))
    call.once('error', (error) => reject(new Unreachable(error.message)))
    call.end(text)
  })
}

function messageOf(answer: string): string {
  const parsed = z
    .object({ error: z.string().optional(), message: z.string().optional() })
    .safeParse(tryJson(answer))
  return parsed.data?.message ?? parsed.data?.error ?? answer.slice(0, 300)
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
