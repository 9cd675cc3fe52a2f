import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { messageOf } from '../../kit/errors.ts'
import { isSignedByNode } from './agent/node-signature.ts'
import { authenticate } from './authenticate.ts'
import { ec2Protocol } from './ec2-protocol.ts'
import type { Authority } from './fault-of-caller.ts'
import { jsonProtocol } from './json-protocol.ts'
import { models } from './models.ts'
import { perform } from './perform.ts'
import type { Failure, Protocol, Reply } from './protocol.ts'
import { queryProtocol } from './query-protocol.ts'
import { isJson, route } from './router.ts'
import { AwsFault, type Call, type Handlers, LostAnswer } from './service.ts'
import type { SignedRequest } from './signature.ts'

/** How a call ended. */
export interface Outcome {
  status: number
  /** The error's code; undefined for a success. */
  code: string | undefined
  /** What a handler threw that was no AwsFault: the local cloud's own mistake, answered as status 500. */
  error: unknown
}

export interface WireOptions {
  authority: Authority
  /** The region of unsigned calls. Default eu-west-1. */
  region?: string
  /** Told of every call after its answer was made, refused ones included. */
  observe?: (call: Call, outcome: Outcome) => void
}

const protocols = { ec2: ec2Protocol, query: queryProtocol, json: jsonProtocol } as const

type Origin = Pick<Call, 'requestId' | 'sourceAddress' | 'signal'>

/** Serves AWS's APIs from the handlers, for `http.createServer`. It logs nothing. */
export function createWire(
  handlers: Handlers,
  options: WireOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (incoming, response) => {
    const request = await receive(incoming).catch(() => undefined)
    // The caller went away in the middle of its request.
    if (!request) return void response.destroy()
    const origin = originOf(incoming, response)
    const reply = await answer(handlers, options, request, origin)
    if (!reply) return void incoming.socket.destroy()
    const { status, contentType, body } = reply
    response.writeHead(status, { 'content-type': contentType, 'x-amzn-requestid': origin.requestId })
    response.end(body)
  }
}

async function receive(incoming: IncomingMessage): Promise<SignedRequest> {
  const { method = 'POST', url = '/', headers } = incoming
  return { method, url, headers, body: await buffer(incoming) }
}

function originOf(incoming: IncomingMessage, response: ServerResponse): Origin {
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return { requestId: randomUUID(), sourceAddress: incoming.socket.remoteAddress, signal: gone.signal }
}

/** @returns undefined for an answer that is to be lost */
async function answer(
  handlers: Handlers,
  options: WireOptions,
  request: SignedRequest,
  origin: Origin,
): Promise<Reply | undefined> {
  const routed = attempt(() => route(request))
  if (routed instanceof AwsFault)
    return protocols[isJson(request) ? 'json' : 'query'].fail(routed, { ...origin, model: undefined })
  const { service, operation, authorization, body } = routed
  const region = authorization?.region ?? options.region ?? 'eu-west-1'
  const call: Call = {
    ...{ service, operation, region, accessKeyId: authorization?.accessKeyId },
    signedBy: (publicKey) => isSignedByNode({ headers: request.headers, body }, publicKey),
    ...origin,
  }
  const outcome = await serve(handlers, call, body, () => authenticate(options.authority, request, routed))
  options.observe?.(call, { status: outcome.reply.status, code: outcome.code, error: outcome.error })
  return outcome.error instanceof LostAnswer ? undefined : outcome.reply
}

async function serve(handlers: Handlers, call: Call, body: string, admit: () => void) {
  const model = models[call.service]
  const protocol = protocols[model.protocol]
  try {
    admit()
    const reply = await perform({ handlers, call, body, model, protocol })
    return { reply, code: undefined, error: undefined }
  } catch (error) {
    return fail(protocol, { model, requestId: call.requestId }, error)
  }
}

function fail(protocol: Protocol, failure: Failure, error: unknown) {
  try {
    if (error instanceof AwsFault)
      return { reply: protocol.fail(error, failure), code: error.code, error: undefined }
  } catch (mistake) {
    // Details that the error's shape doesn't have are the handler's mistake too.
    return fail(protocol, failure, mistake)
  }
  const fault = internalError(protocol, error)
  return { reply: protocol.fail(fault, failure), code: fault.code, error }
}

function internalError(protocol: Protocol, error: unknown): AwsFault {
  const message = messageOf(error)
  return new AwsFault(protocol.internalErrorCode, `the local cloud failed: ${message}`, { status: 500 })
}

function attempt<T>(work: () => T): T | AwsFault {
  try {
    return work()
  } catch (error) {
    if (error instanceof AwsFault) return error
    throw error
  }
}
