import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { ApiError, notServed, statusOf } from '../store/api-error.ts'
import { EtcdUnavailable } from '../store/etcd.ts'
import type { Api } from './api.ts'
import { authorize } from './authorize.ts'
import { AGGREGATED, discovery } from './discovery.ts'
import { handleResource, resourceFor } from './handle-resource.ts'
import { readyz } from './health.ts'
import { identify } from './identity.ts'
import { openApiIndex, openApiOf } from './openapi.ts'
import { readRequest } from './request-info.ts'
import { sendJson, sendText } from './send-json.ts'
import { versionInfo } from './version.ts'

const unauthorized = () => new ApiError(401, 'Unauthorized', 'Unauthorized')

/** The HTTPS server of the Kubernetes API. Certificates of clients are asked for and checked, but a refusal is an answer: 401. */
export function createApiServer(api: Api) {
  const { tls } = api.config
  const options = {
    cert: readFileSync(tls.cert),
    key: readFileSync(tls.key),
    ca: readFileSync(tls.clientCa),
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    keepAliveTimeout: 60_000,
  }
  return createServer(options, (request, response) => {
    handle(api, request, response).catch((error: unknown) => sendError(response, error))
  })
}

async function handle(api: Api, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'https://kubernetes')
  const identity = identify(request.socket as TLSSocket)
  if (!identity) throw unauthorized()
  const info = readRequest(request.method ?? 'GET', url)
  const refusal = authorize(identity, info)
  if (refusal) throw new ApiError(403, 'Forbidden', refusal, {})
  if (info.about === 'path') return sendPath(api, request, response, url)
  const resource = resourceFor(info)
  await handleResource({ api, identity, request, response, query: url.searchParams, info, resource })
}

async function sendPath(api: Api, request: IncomingMessage, response: ServerResponse, url: URL) {
  const path = url.pathname
  if (path === '/readyz') {
    const { code, body } = await readyz(api, url.searchParams.has('verbose'))
    return sendText(response, code, body)
  }
  const discovered = discovery(path, request.headers.accept ?? '')
  if (discovered) return sendJson(response, 200, discovered, AGGREGATED)
  const body = documentAt(api, path)
  if (!body) throw notServed(path, 404)
  sendJson(response, 200, body)
}

function documentAt(api: Api, path: string): object | undefined {
  if (path === '/version') return versionInfo(api.config.version)
  if (path === '/openapi/v3') return openApiIndex()
  if (path.startsWith('/openapi/v3/')) return openApiOf(path.slice('/openapi/v3/'.length))
  return undefined
}

function sendError(response: ServerResponse, error: unknown) {
  if (response.headersSent) return void response.destroy()
  const known = asApiError(error)
  sendJson(response, known.code, statusOf(known))
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof EtcdUnavailable) return new ApiError(500, 'InternalError', error.message, {})
  console.error(error)
  return new ApiError(500, 'InternalError', `Internal error occurred: ${(error as Error).message}`, {})
}
