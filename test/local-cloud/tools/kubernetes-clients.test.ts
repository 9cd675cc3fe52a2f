import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { ensureKubernetesClients } from '../../../src/local-cloud/tools/kubernetes-clients.ts'

const { PATH, XDG_CACHE_HOME } = process.env
const say = jest.fn()
let root = ''

beforeEach(() => {
  say.mockClear()
  root = mkdtempSync(join(tmpdir(), 'rke2-action-clients-test-'))
  mkdirSync(join(root, 'bin'))
  Object.assign(process.env, { PATH: join(root, 'bin'), XDG_CACHE_HOME: join(root, 'cache') })
})

afterEach(() => {
  rmSync(root, { recursive: true })
  process.env['PATH'] = PATH
  if (XDG_CACHE_HOME === undefined) delete process.env['XDG_CACHE_HOME']
  else process.env['XDG_CACHE_HOME'] = XDG_CACHE_HOME
})

function lay(...programs: string[]): string[] {
  const files = programs.map((program) => join(root, 'bin', program))
  for (const file of files) writeFileSync(file, '', { mode: 0o755 })
  return files
}

test.each([
  ['neither', [], 'kubectl and helm not found'],
  ['kubectl alone', ['kubectl'], 'set-up: helm not found'],
])('arm64 with %s on PATH: refused, as what would be fetched is for x64', (_, programs, words) => {
  lay(...programs)
  expect(() => ensureKubernetesClients(say, 'arm64')).toThrow(
    expect.objectContaining({
      name: 'UserError',
      message: expect.stringContaining(words),
      hint: 'Put a kubectl v1.35 and a helm v4 on PATH, then run again.',
    }),
  )
  expect(say).not.toHaveBeenCalled()
})

test('arm64 with both on PATH takes them, whatever an x64 machine left in the cache', () => {
  const [kubectl, helm] = lay('kubectl', 'helm')
  const cache = join(root, 'cache', 'rke2-action')
  mkdirSync(cache, { recursive: true })
  for (const program of ['kubectl-v1.35.2', 'helm-v4.1.4']) writeFileSync(join(cache, program), '')
  expect(ensureKubernetesClients(say, 'arm64')).toEqual({ kubectl, helm })
  expect(say).not.toHaveBeenCalled()
})
