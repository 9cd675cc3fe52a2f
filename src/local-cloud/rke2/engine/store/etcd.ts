import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import * as z from 'zod'

export interface EtcdOptions {
  /** https://127.0.0.1:2379 */
  endpoint: string
  ca: string
  cert: string
  key: string
}

export interface KeyValue {
  key: string
  value: string
  /** mod_revision: the revision of the store at which this key was last written. */
  revision: number
}

export type Swap = { done: true; revision: number } | { done: false; current: KeyValue | undefined }

export interface WatchBatch {
  puts: KeyValue[]
  deletes: { key: string; revision: number }[]
}

/** etcd did not answer in time, or answered that it can't: without a quorum it does neither read nor write. */
export class EtcdUnavailable extends Error {}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const text = (encoded: string) => Buffer.from(encoded, 'base64').toString()

// The gateway leaves out whatever is zero or empty.
const int64 = z.string().default('0').transform(Number)
const header = z.object({ revision: int64 })
const keyValue = z
  .object({ key: z.string(), value: z.string().default(''), mod_revision: int64 })
  .transform((kv): KeyValue => ({ key: text(kv.key), value: text(kv.value), revision: kv.mod_revision }))
const rangeAnswer = z.object({ header, kvs: z.array(keyValue).default([]) })
const swapAnswer = z.object({
  header,
  succeeded: z.boolean().default(false),
  responses: z
    .array(z.object({ response_range: z.object({ kvs: z.array(keyValue).default([]) }).optional() }))
    .default([]),
})
const watchAnswer = z.object({
  result: z.object({
    canceled: z.boolean().default(false),
    cancel_reason: z.string().default(''),
    events: z.array(z.object({ type: z.enum(['PUT', 'DELETE']).default('PUT'), kv: keyValue })).default([]),
  }),
})

/** The first key after all keys that start with `prefix`. */
const endOfPrefix = (prefix: string) =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)

/** A client of one etcd member, over its JSON gateway. Every call throws EtcdUnavailable after `timeoutMs`. */
export function createEtcd(options: EtcdOptions) {
  const tls = {
    ca: readFileSync(options.ca),
    cert: readFileSync(options.cert),
    key: readFileSync(options.key),
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ...tls })

  const post = (path: string, body: object, timeoutMs: number) =>
    new Promise<unknown>((resolve, reject) => {
      const fail = (error: Error) => reject(new EtcdUnavailable(error.message))
      const call = request(new URL(path, options.endpoint), { method: 'POST', agent }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('error', fail)
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          clearTimeout(timer)
          const said = Buffer.concat(chunks).toString()
          if (answer.statusCode === 200) resolve(JSON.parse(said))
          else fail(new Error(said))
        })
      })
      const timer = setTimeout(() => call.destroy(new Error('etcdserver: request timed out')), timeoutMs)
      call.on('error', (error) => {
        clearTimeout(timer)
        fail(error)
      })
      call.end(JSON.stringify(body))
    })

  return {
    /** All keys that start with `prefix`, and the revision of the store they were read at. Linearizable. */
    async range(prefix: string, timeoutMs: number) {
      const body = { key: base64(prefix), range_end: base64(endOfPrefix(prefix)) }
      const answer = rangeAnswer.parse(await post('/v3/kv/range', body, timeoutMs))
      return { revision: answer.header.revision, kvs: answer.kvs }
    },

    async get(key: string, timeoutMs: number): Promise<KeyValue | undefined> {
      return rangeAnswer.parse(await post('/v3/kv/range', { key: base64(key) }, timeoutMs)).kvs[0]
    },

    /** The revision of the store that a quorum agrees on now: the proof that etcd can serve. */
    async revision(timeoutMs: number): Promise<number> {
      const body = { key: base64('/registry/health'), count_only: true }
      return rangeAnswer.parse(await post('/v3/kv/range', body, timeoutMs)).header.revision
    },

    /** Writes `value` (undefined: deletes) if the key is still at `expected` (0: does not exist). */
    async swap(key: string, expected: number, value: string | undefined, timeoutMs: number): Promise<Swap> {
      const encoded = base64(key)
      const write =
        value === undefined
          ? { request_delete_range: { key: encoded } }
          : { request_put: { key: encoded, value: base64(value) } }
      const body = {
        compare: [{ key: encoded, target: 'MOD', result: 'EQUAL', mod_revision: String(expected) }],
        success: [write],
        failure: [{ request_range: { key: encoded } }],
      }
      const answer = swapAnswer.parse(await post('/v3/kv/txn', body, timeoutMs))
      if (answer.succeeded) return { done: true, revision: answer.header.revision }
      return { done: false, current: answer.responses[0]?.response_range?.kvs[0] }
    },

    /**
     * Every change of the whole store from revision `from` on, in order. The whole store, so that the newest revision seen can be
     * compared with the one a quorum agrees on. Resolves or rejects when the stream ends, for whatever reason.
     */
    watch(from: number, on: (batch: WatchBatch) => void, signal: AbortSignal) {
      const everything = base64('\0')
      const body = {
        create_request: { key: everything, range_end: everything, start_revision: String(from) },
      }
      return new Promise<void>((resolve, reject) => {
        const url = new URL('/v3/watch', options.endpoint)
        const call = request(url, { method: 'POST', agent: false, ...tls, signal }, (answer) => {
          answer.setEncoding('utf8')
          answer.on(
            'data',
            readLines(
              (line) => on(readBatch(line)),
              (error) => call.destroy(error),
            ),
          )
          answer.on('end', resolve)
          answer.on('error', reject)
        })
        call.on('error', reject)
        call.end(JSON.stringify(body))
      })
    },

    close: () => agent.destroy(),
  }
}

export type Etcd = ReturnType<typeof createEtcd>

/** Cuts a stream into lines; the first line that `onLine` can't take ends it. */
function readLines(onLine: (line: string) => void, onFault: (error: Error) => void) {
  let rest = ''
  return (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    try {
      for (const line of lines) if (line) onLine(line)
    } catch (error) {
      onFault(error as Error)
    }
  }
}

function readBatch(line: string): WatchBatch {
  const { result } = watchAnswer.parse(JSON.parse(line))
  if (result.canceled) throw new EtcdUnavailable(result.cancel_reason || 'the watch was canceled')
  const of = (type: string) => result.events.filter((event) => event.type === type).map((event) => event.kv)
  return { puts: of('PUT'), deletes: of('DELETE') }
}
