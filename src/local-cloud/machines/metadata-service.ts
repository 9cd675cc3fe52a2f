import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readMetadata } from './metadata-tree.ts'

/** Longest life of a token, seconds: AWS' "Use IMDSv2", six hours. */
const LONGEST_TOKEN_SECONDS = 21_600

export interface MetadataServiceOptions {
  /** The tree of the machine that has this address. */
  treeOf: (address: string) => Record<string, string> | undefined
  now: () => number
}

type Answer = (response: ServerResponse) => void

const say =
  (status: number, body = '', headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'text/plain', Server: 'EC2ws', ...headers }).end(body)

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** IMDSv2 with tokens required. A token is good for the machine that asked for it, until it expires. */
export function createMetadataService({ treeOf, now }: MetadataServiceOptions) {
  const tokens = new Map<string, { address: string; expires: number }>()

  const giveToken = (request: IncomingMessage, address: string): Answer => {
    if (headerOf(request, 'x-forwarded-for') !== undefined) return say(403, 'Forbidden')
    const seconds = Number(headerOf(request, 'x-aws-ec2-metadata-token-ttl-seconds') ?? Number.NaN)
    if (!(Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_TOKEN_SECONDS))
      return say(400, 'Bad Request')
    const token = randomBytes(42).toString('base64')
    for (const [old, { expires }] of tokens) if (expires <= now()) tokens.delete(old)
    tokens.set(token, { address, expires: now() + seconds * 1000 })
    return say(200, token, { 'X-Aws-Ec2-Metadata-Token-Ttl-Seconds': String(seconds) })
  }

  const read = (request: IncomingMessage, address: string): Answer => {
    const token = tokens.get(headerOf(request, 'x-aws-ec2-metadata-token') ?? '')
    if (!token || token.address !== address || token.expires <= now()) return say(401, 'Unauthorized')
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/')
    const [, version, rest] = path.match(/^\/+(latest|\d{4}-\d{2}-\d{2}|1\.0)(?:\/+(.*))?$/) ?? []
    const found = version === undefined ? undefined : readMetadata(treeOf(address) ?? {}, rest ?? '')
    return found === undefined ? say(404, 'Not Found') : say(200, found)
  }

  return createServer((request, response) => {
    const address = request.socket.remoteAddress ?? ''
    const isToken = request.url === '/latest/api/token'
    const answer = () => {
      if (!treeOf(address)) return say(404, 'Not Found')
      if (request.method === 'PUT') return isToken ? giveToken(request, address) : say(405)
      return request.method === 'GET' ? read(request, address) : say(405)
    }
    answer()(response)
  })
}
