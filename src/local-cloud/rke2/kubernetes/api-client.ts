import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'

/** Who speaks: a client certificate with its key as PEM text, or a service account's token. */
export type Identity = { certificate: string; key: string } | { token: string }

/** Who speaks to which API server, and the authority that vouches for that server, as PEM text. */
export type Credentials = Identity & { server: string; ca: string }

/** A refusal of the API server; `status` is 0 when it could not be reached at all. */
export class ApiError extends Error {
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

export interface KubernetesObject {
  apiVersion?: string
  kind?: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    finalizers?: string[]
    deletionTimestamp?: string
    [other: string]: unknown
  }
  [other: string]: unknown
}

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: KubernetesObject
}

export interface ApiClient {
  /** The parsed answer; text for what is not JSON. @throws ApiError */
  request<Answer = KubernetesObject>(method: string, path: string, body?: unknown): Promise<Answer>
  /** Calls `handle` for each event until the server ends the stream or `signal` does. @throws ApiError */
  watch(path: string, handle: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>
}

// A request that a dead server never answers must not hold its caller for ever.
const TIMEOUT_MS = 10_000

const contentTypes: Record<string, string> = {
  PATCH: 'application/merge-patch+json',
  POST: 'application/json',
  PUT: 'application/json',
}

export function readCredentials(server: string, ca: string, certificate: string, key: string): Credentials {
  const read = (file: string) => readFileSync(file, 'utf8')
  return { server, ca: read(ca), certificate: read(certificate), key: read(key) }
}

/** Speaks to an API server in one name. */
export function createApiClient({ server, ca, ...identity }: Credentials): ApiClient {
  const certificate = 'key' in identity ? { cert: identity.certificate, key: identity.key } : {}
  const authorization = 'token' in identity ? { authorization: `Bearer ${identity.token}` } : {}
  const agent = new Agent({ keepAlive: true, ca, ...certificate, maxSockets: 8 })
  const watchAgent = new Agent({ ca, ...certificate })

  const open = (method: string, path: string, body: unknown, options: { signal?: AbortSignal }) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const call = httpsRequest(
        new URL(path, server),
        {
          method,
          agent: options.signal ? watchAgent : agent,
          headers: {
            accept: 'application/json',
            'user-agent': 'rke2',
            ...authorization,
            ...(text === undefined
              ? {}
              : {
                  'content-type': contentTypes[method] ?? 'application/json',
                  'content-length': Buffer.byteLength(text),
                }),
          },
          ...(options.signal ? { signal: options.signal } : { timeout: TIMEOUT_MS }),
        },
        resolve,
      )
      call.once('timeout', () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
      call.once('error', (error) => reject(new ApiError(0, 'Unreachable', error.message)))
      call.end(text)
    })

  return {
    async request<Answer>(method: string, path: string, body?: unknown) {
      const response = await open(method, path, body, {})
      const text = await readAll(response)
      const status = response.statusCode ?? 0
      if (status >= 400) throw refusal(status, text)
      const isJson = response.headers['content-type']?.includes('json')
      return (isJson ? JSON.parse(text) : text) as Answer
    },
    async watch(path, handle, signal) {
      const response = await open('GET', path, undefined, { signal })
      if ((response.statusCode ?? 0) >= 400) throw refusal(response.statusCode ?? 0, await readAll(response))
      await readLines(response, (line) => handle(JSON.parse(line) as WatchEvent))
    },
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) text += chunk as string
  } catch (error) {
    throw new ApiError(0, 'Unreachable', (error as Error).message)
  }
  return text
}

async function readLines(response: IncomingMessage, handle: (line: string) => void): Promise<void> {
  let rest = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = (rest + (chunk as string)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.trim()) handle(line)
    }
  } catch (error) {
    throw new ApiError(0, 'Unreachable', (error as Error).message)
  }
}

function refusal(status: number, text: string): ApiError {
  try {
    const { reason, message } = JSON.parse(text) as { reason?: string; message?: string }
    return new ApiError(status, reason ?? '', message ?? text)
  } catch {
    return new ApiError(status, '', text.slice(0, 500))
  }
}

export const isStatus = (error: unknown, status: number): boolean =>
  error instanceof ApiError && error.status === status
