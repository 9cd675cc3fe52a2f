import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { operation } from './description.ts'

/** A commit status as it was asked for. */
interface Status {
  repository: string
  sha: string
  state: string
  context: string
  description: string
  target_url: string
}

export interface GithubApi {
  url: string
  /** Everything that was accepted, in order. */
  statuses: Status[]
  close(): Promise<void>
}

interface Options {
  /** What each token may do. Any other is refused with 401. */
  tokens: Readonly<Record<string, 'write' | 'read'>>
  /** Answers this many calls with 502 first, as GitHub does on a bad day. */
  badGateways?: number
}

interface Answer {
  status: number
  body: unknown
}

const ROUTE = /^\/repos\/(?<repository>[^/]+\/[^/]+)\/statuses\/(?<sha>[^/?]+)$/
const create = operation('post', '/repos/{owner}/{repo}/statuses/{sha}', 201)
const accepted = z.object({
  state: z.string(),
  context: z.string().default('default'),
  description: z.string().default(''),
  target_url: z.string().default(''),
})

const fault = (status: number, message: string): Answer => ({
  status,
  body: create.error.parse({
    message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  }),
})

/** GitHub's REST API on loopback, as far as this repository calls it; held to GitHub's own description both ways. */
export async function startGithubApi(options: Options): Promise<GithubApi> {
  const statuses: Status[] = []
  let badGateways = options.badGateways ?? 0
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const route = ROUTE.exec(request.url ?? '')?.groups
    if (request.method !== 'POST' || !route) return fault(404, 'Not Found')
    if (badGateways-- > 0) return { status: 502, body: {} }
    const right = options.tokens[(request.headers.authorization ?? '').replace(/^Bearer /, '')]
    if (!right) return fault(401, 'Bad credentials')
    // What GitHub says to the token of a fork's run.
    if (right === 'read') return fault(403, 'Resource not accessible by integration')
    return createStatus(
      await text(request),
      { repository: route['repository'] ?? '', sha: route['sha'] ?? '' },
      statuses,
    )
  }
  const server = createServer((request, response) => {
    answer(request).then(
      (given) => send(response, given),
      (error: unknown) => send(response, { status: 500, body: { message: String(error) } }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    statuses,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function createStatus(body: string, commit: { repository: string; sha: string }, statuses: Status[]): Answer {
  const given = create.request.safeParse(parseJson(body))
  if (!given.success) return fault(422, `Validation Failed: ${z.prettifyError(given.error)}`)
  const status = { ...commit, ...accepted.parse(given.data) }
  // The description doesn't say so, the API does.
  if ([...status.description].length > 140)
    return fault(422, 'Validation Failed: description is too long (maximum is 140 characters)')
  statuses.push(status)
  return { status: 201, body: create.answer.parse(created(status, statuses.length)) }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const created = ({ repository, sha, ...status }: Status, id: number) => ({
  ...status,
  id,
  node_id: `status-${id}`,
  url: `https://api.github.com/repos/${repository}/statuses/${sha}`,
  avatar_url: null,
  creator: null,
  created_at: new Date().toISOString(),
  updated_at: new Date().toISOString(),
})

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
