import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exportLines, quote } from '../../src/nodes/quote.ts'
import { commandLine } from '../../src/nodes/script.ts'

const HOSTILE = [
  "it's",
  '$(touch /tmp/owned)',
  '`id`',
  'a\nb\n\nc',
  'tail\\',
  '"double" \'single\'',
  '{{ .Values.x }} {{ssm:/secret}}',
  'line\r\nend',
  '* ? [a-z] ~ ! # & | ; < >',
  '-n -e',
  'größer 🚜',
  "'''",
  '',
]

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'script-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

/** dash is what the agent runs on Ubuntu. */
const shells = ['/bin/sh', '/bin/bash']

test.each(shells.flatMap((shell) => HOSTILE.map((text) => [shell, text])))(
  '%s takes %j as it is',
  (shell, text) => {
    const seen = execFileSync(shell, ['-c', `${exportLines({ VALUE: text })}printf %s "$VALUE"`])
    expect(seen.toString()).toBe(text)
  },
)

test('a word stays one word', () => {
  expect(execFileSync('/bin/sh', ['-c', `printf '%s|' ${quote("a 'b' c")} ${quote('')}`]).toString()).toBe(
    "a 'b' c||",
  )
})

test('a setting needs a proper name', () => {
  expect(() => exportLines({ 'X=$(id)': 'y' })).toThrow('is not the name of a setting')
})

test.each(HOSTILE)('%j reaches the body through the command line', (text) => {
  const body = 'printf %s "$VALUE" >&3'
  const line = commandLine({ name: 'test', settings: { VALUE: text }, body })
  expect(line).not.toContain('{{')
  expect(line).not.toContain('\n')
  const seen = inSandbox(['/bin/sh', '-c', line])
  expect(seen).toBe(text)
})

test('a script that is too long for Run Command is our own fault', () => {
  expect(() => commandLine({ name: 'big', settings: { X: 'y'.repeat(60_000) }, body: '' })).toThrow(
    'script big is',
  )
})

/** The prelude writes below /var: in a mount namespace of its own, as on a machine of its own. */
function inSandbox(command: readonly string[]): string {
  const mounts = 'mount -t tmpfs tmpfs /var/log && mount -t tmpfs tmpfs /var/lib && exec "$@"'
  return execFileSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', mounts, 'sh', ...command], {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'inherit'],
  }).toString()
}
