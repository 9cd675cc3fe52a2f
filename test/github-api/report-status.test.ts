import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { type GithubApi, startGithubApi } from './github-api.ts'

const script = join(import.meta.dirname, '..', '..', 'actions', 'report-status', 'report-status.sh')
const directory = mkdtempSync(join(tmpdir(), 'rke2-action-status-'))
const output = join(directory, 'output')
const curlArguments = join(directory, 'curl-arguments')
// The real curl, its arguments written down.
writeFileSync(
  join(directory, 'curl'),
  `#!/bin/sh\nprintf '%s\\n' "$@" >'${curlArguments}'\nexec /usr/bin/curl "$@"\n`,
  { mode: 0o755 },
)
const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e'
let api: GithubApi | undefined

afterEach(() => api?.close())
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Runs the script as a runner would, with an environment of its own. */
async function report(settings: Record<string, string>, badGateways = 0) {
  api = await startGithubApi({
    tokens: { 'token-that-writes': 'write', 'token-that-reads': 'read' },
    badGateways,
  })
  writeFileSync(output, '')
  const env = {
    PATH: `${directory}:/usr/bin:/bin`,
    GITHUB_API_URL: api.url,
    GITHUB_REPOSITORY: 'octo/caller',
    GITHUB_OUTPUT: output,
    CONTEXT: 'rke2-action/ha',
    SHA,
    TOKEN: 'token-that-writes',
    ...settings,
  }
  const { code, log } = await new Promise<{ code: number; log: string }>((resolve) => {
    execFile('bash', [script], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, log: stdout + stderr }),
    )
  })
  return { code, log, output: readFileSync(output, 'utf8').trim(), statuses: api.statuses }
}

test('a status arrives as GitHub describes it', async () => {
  const { code, output, statuses } = await report({
    STATE: 'pending',
    DESCRIPTION: 'A "cluster" is \\ being\nmade',
    TARGET_URL: 'https://github.com/octo/caller/actions/runs/1',
  })
  expect({ code, output }).toEqual({ code: 0, output: 'reported=true' })
  expect(statuses).toEqual([
    {
      repository: 'octo/caller',
      sha: SHA,
      state: 'pending',
      context: 'rke2-action/ha',
      description: 'A "cluster" is \\ being made',
      target_url: 'https://github.com/octo/caller/actions/runs/1',
    },
  ])
})

test.each([
  ['success', 'success'],
  ['failure', 'failure'],
  ['error', 'error'],
  ['cancelled', 'error'],
  ['skipped', 'error'],
])('%s is reported as %s', async (given, state) => {
  const { statuses } = await report({ STATE: given })
  expect(statuses.map((status) => status.state)).toEqual([state])
})

test('a long description is cut by characters, not by bytes', async () => {
  const { statuses } = await report({ STATE: 'success', DESCRIPTION: 'ü'.repeat(200) })
  expect(statuses.map((status) => status.description)).toEqual([`${'ü'.repeat(139)}…`])
})

test("the read-only token of a fork's run is explained and fails nothing", async () => {
  const settings = { STATE: 'success', TOKEN: 'token-that-reads', READ_ONLY: 'true' }
  const { code, log, output, statuses } = await report(settings)
  expect({ code, output, statuses }).toEqual({ code: 0, output: 'reported=false', statuses: [] })
  expect(log).toMatch(/^::notice::rke2-action\/ha is success, but .* fork .* require the check of the job/)
})

test.each([
  ['a state that does not exist', { STATE: 'green' }, /::error::state: write pending, .* not "green"/],
  [
    'a token that GitHub does not know',
    { STATE: 'success', TOKEN: 'expired-token' },
    /HTTP 401.*Bad credentials/,
  ],
  [
    'a job without the right, in a run of one’s own,',
    { STATE: 'success', TOKEN: 'token-that-reads' },
    /HTTP 403.*not accessible.*statuses: write/,
  ],
  ['nobody at the address', { STATE: 'success', GITHUB_API_URL: 'http://127.0.0.1:9' }, /no answer from/],
])('%s fails the step', async (_, settings, message) => {
  const { code, log } = await report(settings)
  expect(code).toBe(1)
  expect(log).toMatch(message)
})

test('GitHub having a bad moment is tried again', async () => {
  const { code, statuses } = await report({ STATE: 'success' }, 1)
  expect({ code, states: statuses.map((status) => status.state) }).toEqual({ code: 0, states: ['success'] })
})

test('the token is in no argument of any process', async () => {
  await report({ STATE: 'success' })
  const given = readFileSync(curlArguments, 'utf8')
  expect(given).toContain('--data-binary')
  expect(given).not.toContain('token-that-writes')
})

test.each([
  ['a state that GitHub does not know', { state: 'green' }],
  ['no state', { context: 'rke2-action/ha' }],
  ['a description that is too long', { state: 'success', description: 'x'.repeat(141) }],
])('the stand-in refuses %s, as GitHub does', async (_, body) => {
  api = await startGithubApi({ tokens: { 'token-that-writes': 'write' } })
  const answer = await fetch(`${api.url}/repos/octo/caller/statuses/${SHA}`, {
    method: 'POST',
    headers: { authorization: 'Bearer token-that-writes' },
    body: JSON.stringify(body),
  })
  expect({ status: answer.status, statuses: api.statuses }).toEqual({ status: 422, statuses: [] })
})
