import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Phase } from '../../../../src/local-cloud/rke2/supervisor/admit.ts'
import { answerFrom } from '../../../../src/local-cloud/rke2/supervisor/serve.ts'

// What a genuine RKE2 answered on 9345, asked of the stand-in: status, type of content, body.

interface Recorded {
  moment: string
  port: number
  path: string
  as: string
  status: number
  type: string
  body: string
}

const PHASES: Readonly<Record<string, Phase>> = {
  starting: 'starting',
  'before the API': 'api-not-ready',
  'API up, core not ready': 'core-not-ready',
  ready: 'ready',
}
const CREDENTIALS: Readonly<Record<string, string>> = {
  node: 'node:abc',
  server: 'server:abc',
  'wrong secret': 'node:abd',
  'wrong user': 'admin:abc',
  'full token': `node:K10${'0'.repeat(64)}::server:abc`,
}

let phase: Phase = 'starting'
let listener: Server
let url = ''

beforeAll(async () => {
  listener = createServer(
    answerFrom({
      phase: () => phase,
      caPem: '-----BEGIN CERTIFICATE-----\nMII',
      clientCaPem: '-----BEGIN CERTIFICATE-----\nMII',
      secrets: { server: 'abc', agent: 'abc' },
      answers: {
        '/v1-rke2/config': () => Promise.resolve({ ClusterDomain: 'cluster.local' }),
        '/v1-rke2/apiservers': () => Promise.resolve(phase === 'ready' ? ['10.77.0.11:6443'] : []),
        '/v1-rke2/server-bootstrap': () => Promise.resolve({ ClientCA: {} }),
      },
    }),
  )
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', () => resolve()))
  url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
})
afterAll(() => void listener.close())

async function ask(path: string, as: string, moment: string) {
  phase = PHASES[moment] ?? 'ready'
  const credentials = CREDENTIALS[as]
  const authorization = `Basic ${Buffer.from(credentials ?? '').toString('base64')}`
  const response = await fetch(url + path, credentials ? { headers: { authorization } } : {})
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
  }
}

const recorded = JSON.parse(readFileSync('test/fixtures/rke2/http.json', 'utf8')) as Recorded[]

test.each(
  recorded
    .filter(({ port }) => port === 9345)
    .map((row) => [`${row.moment}: ${row.path} as ${row.as}: ${row.status}`, row] as const),
)('%s', async (_name, { path, as, moment, status, type, body }) => {
  const answer = await ask(path, as, moment)
  expect(answer).toMatchObject({ status, type })
  expect(answer.body.startsWith(body.trimEnd())).toBe(true)
})

// Seen, but not kept word for word.
test.each([
  ['/v1-rke2/readyz', 'wrong secret', 'ready', 401, 'not authorized'],
  ['/v1-rke2/readyz', 'wrong user', 'ready', 401, 'not authorized'],
  ['/v1-rke2/readyz', 'full token', 'ready', 401, 'not authorized'],
  ['/v1-rke2/config', 'anonymous', 'ready', 403, 'forbidden'],
  ['/v1-rke2/config', 'node', 'ready', 200, 'cluster.local'],
  ['/v1-rke2/config', 'server', 'ready', 403, 'forbidden'],
  ['/v1-rke2/config', 'wrong secret', 'ready', 401, 'not authorized'],
  ['/v1-rke2/apiservers', 'server', 'ready', 403, 'forbidden'],
  ['/v1-rke2/apiservers', 'wrong secret', 'ready', 401, 'not authorized'],
  ['/v1-rke2/server-bootstrap', 'node', 'ready', 403, 'forbidden'],
  ['/v1-rke2/server-bootstrap', 'server', 'before the API', 200, 'ClientCA'],
  ['/v1-rke2/server-bootstrap', 'wrong secret', 'ready', 401, 'not authorized'],
  ['/ping', 'wrong secret', 'ready', 200, 'pong'],
  ['/healthz', 'node', 'ready', 404, '404 page not found'],
  ['/readyz', 'server', 'ready', 404, '404 page not found'],
  ['/healthz', 'wrong secret', 'ready', 404, '404 page not found'],
  ['/v1-rke2/readyz', 'node', 'API up, core not ready', 503, 'runtime core not ready'],
])('%s as %s, %s: %s', async (path, as, moment, status, words) => {
  const answer = await ask(path, as, moment)
  expect(answer.status).toBe(status)
  expect(answer.body).toContain(words)
})
