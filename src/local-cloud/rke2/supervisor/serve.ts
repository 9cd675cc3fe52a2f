import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { type Phase, type Refusal, refusal, statusBody } from './admit.ts'
import { identify, type Secrets } from './identify.ts'

/** What the supervisor needs to know and do; each is asked at the moment of a request. */
export interface SupervisorBackend {
  phase(): Phase
  caPem: string
  clientCaPem: string
  secrets: Secrets
  /** The answers of paths that give JSON, by path. @throws Refused */
  answers: Readonly<Record<string, (headers: IncomingMessage['headers']) => Promise<unknown>>>
}

/** Thrown by an answer to refuse with a status and words of its own. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const PORT = 9345

/** Listens on 9345 on all addresses. @throws Error when the port is taken. */
export async function serveSupervisor(
  tls: { key: string; cert: string },
  backend: SupervisorBackend,
): Promise<Server> {
  const server = createServer(
    { ...tls, ca: backend.clientCaPem, requestCert: true, rejectUnauthorized: false },
    answerFrom(backend),
  )
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(PORT, () => resolve()))
  return server
}

/** The supervisor's answers, whatever they travel over. */
export const answerFrom =
  (backend: SupervisorBackend) =>
  (request: IncomingMessage, response: ServerResponse): void =>
    void answer(backend, request, response)

async function answer(
  backend: SupervisorBackend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'https://supervisor').pathname
  const identity = identify(request.headers.authorization, organizationOf(request), backend.secrets)
  const refused = refusal(path, identity, backend.phase())
  if (refused) return sendRefusal(response, refused)
  try {
    await route(backend, path, request, response)
  } catch (error) {
    const status = error instanceof Refused ? error.status : 500
    sendRefusal(response, { status, message: (error as Error).message })
  }
}

async function route(
  backend: SupervisorBackend,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const json = backend.answers[path]
  if (json) return send(response, 200, 'application/json', `${JSON.stringify(await json(request.headers))}\n`)
  const certificates = authorityOf(backend, path)
  if (certificates !== undefined) return send(response, 200, 'text/plain', certificates)
  const word = words[path]
  if (word !== undefined) return send(response, 200, 'text/plain; charset=utf-8', word)
  if (/^\/(healthz|readyz|livez)$/.test(path) && backend.phase() === 'api-not-ready')
    return sendRefusal(response, { status: 503, message: 'apiserver not ready' })
  send(response, 404, 'text/plain; charset=utf-8', '404 page not found\n')
}

const words: Readonly<Record<string, string>> = { '/ping': 'pong', '/v1-rke2/readyz': 'ok' }

function authorityOf(backend: SupervisorBackend, path: string): string | undefined {
  if (path === '/cacerts' || path === '/v1-rke2/server-ca.crt') return backend.caPem
  return path === '/v1-rke2/client-ca.crt' ? backend.clientCaPem : undefined
}

function organizationOf(request: IncomingMessage): string | undefined {
  const socket = request.socket as TLSSocket
  if (!socket.authorized) return undefined
  const { subject } = socket.getPeerCertificate()
  return [subject?.O ?? ''].flat()[0]
}

function sendRefusal(response: ServerResponse, refused: Refusal): void {
  send(response, refused.status, 'application/json', statusBody(refused))
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
}
