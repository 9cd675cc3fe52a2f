import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A call as the front sees it. */
export interface SeenCall {
  /** From 1, in order of arrival. */
  number: number
  /** `RunInstances` */
  operation: string
}

export interface Watch {
  /** Before a call goes on; false: it never does, and its caller gets no answer. */
  before?: (call: SeenCall) => boolean
  /** When its answer is there; false: the caller never gets it. */
  after?: (call: SeenCall) => boolean
}

/** Stands between an action and AWS's APIs, and lets calls through in both directions as long as the watch wants it. */
export async function startFront(endpoint: string, watch: Watch) {
  let calls = 0
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming)
    const call = { number: ++calls, operation: operationOf(incoming, body) }
    if (watch.before?.(call) === false) return void incoming.socket.destroy()
    const answer = await forward(endpoint, incoming, body)
    if (watch.after?.(call) === false || !answer) return void incoming.socket.destroy()
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }
  const server = createServer((incoming, response) => {
    // A caller that was killed has no use for its answer.
    handle(incoming, response).catch(() => incoming.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

function operationOf({ headers }: IncomingMessage, body: Buffer): string {
  const target = headers['x-amz-target']
  if (typeof target === 'string') return target.split('.')[1] ?? target
  return new URLSearchParams(body.toString()).get('Action') ?? '?'
}

/** @returns undefined where the API ended the connection without an answer */
function forward(endpoint: string, { method = 'POST', url = '/', headers }: IncomingMessage, body: Buffer) {
  return new Promise<
    { status: number; headers: Record<string, string | string[]>; body: Buffer } | undefined
  >((resolve) => {
    // The signature covers the Host header: it stays what the caller signed.
    const onward = request(`${endpoint}${url}`, { method, headers, setHost: false }, async (answer) => {
      const { statusCode: status = 500, headers: told } = answer
      const kept = Object.entries(told).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      )
      resolve({ status, headers: Object.fromEntries(kept), body: await buffer(answer) })
    })
    onward.on('error', () => resolve(undefined))
    onward.end(body)
  })
}
