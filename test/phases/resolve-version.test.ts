import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { describeError } from '../../src/kit/errors.ts'
import { createLog } from '../../src/kit/log.ts'
import { resolveVersion } from '../../src/phases/resolve-version.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server that answers each `METHOD path` so, and 404 else. */
async function serve(answers: Record<string, [status: number, location?: string]>): Promise<string> {
  const server = createServer(({ method, url }, response) => {
    const [status, location] = answers[`${method} ${url}`] ?? [404]
    response.writeHead(status, location ? { location } : {}).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The version, or what the user is told instead, and what is logged. */
async function resolve(wish: { rke2Version: string; artifactUrl: string; channelUrl?: string }) {
  const lines: string[] = []
  const log = createLog({ write: (_, line) => lines.push(line), mask: () => {} }, () => 0)
  const answer = await resolveVersion({ channelUrl: 'http://127.0.0.1:9', ...wish }, log).catch(describeError)
  return { answer, lines }
}

const EXACT = 'v1.35.4+rke2r1'
const fileOf = (architecture: string) => `HEAD /rke2/v1.35.4%2Brke2r1/sha256sum-${architecture}.txt`

test.each(['amd64', 'arm64'])('a mirror that holds the version for %s is taken', async (architecture) => {
  const mirror = await serve({ [fileOf(architecture)]: [200] })
  expect(await resolve({ rke2Version: EXACT, artifactUrl: `${mirror}/rke2` })).toEqual({
    answer: EXACT,
    lines: [],
  })
})

test('a version that the mirror lacks is refused before anything is made', async () => {
  const mirror = await serve({})
  const { answer } = await resolve({ rke2Version: EXACT, artifactUrl: `${mirror}/rke2` })
  expect(answer).toMatch(
    /^rke2-version: RKE2 v1\.35\.4\+rke2r1 is not in http:\S+\/rke2 \(404\)\n→ Choose an exact/,
  )
})

test('so is the version that a channel means', async () => {
  const to = 'https://github.com/rancher/rke2/releases/tag/v1.35.4%2Brke2r1'
  const mirror = await serve({ 'GET /channels/stable': [302, to] })
  const channelUrl = `${mirror}/channels`
  const { answer } = await resolve({ rke2Version: 'stable', artifactUrl: `${mirror}/rke2`, channelUrl })
  expect(answer).toMatch(/^rke2-version: RKE2 v1\.35\.4\+rke2r1 \(stable means it now\) is not in/)
})

test('a mirror that this runner does not reach is told, and no fault', async () => {
  const { answer, lines } = await resolve({ rke2Version: EXACT, artifactUrl: 'http://127.0.0.1:9/rke2' })
  expect(answer).toBe(EXACT)
  expect(lines).toEqual([
    expect.stringMatching(
      /artifact-url: this runner does not reach http:\/\/127\.0\.0\.1:9\/rke2 \(.*ECONNREFUSED/,
    ),
  ])
})

test('a mirror that does not let this runner look is no fault', async () => {
  const mirror = await serve({ [fileOf('amd64')]: [403], [fileOf('arm64')]: [403] })
  expect(await resolve({ rke2Version: EXACT, artifactUrl: `${mirror}/rke2` })).toMatchObject({
    answer: EXACT,
  })
})
