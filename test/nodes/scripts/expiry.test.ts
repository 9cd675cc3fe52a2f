import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import boot from '../../../src/nodes/scripts/boot.sh'

const home = mkdtempSync(join(tmpdir(), 'expiry-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const bash = (program: string) =>
  spawnSync('bash', ['-euo', 'pipefail', '-c', program], {
    encoding: 'utf8',
    timeout: 10_000,
    env: { PATH: `${home}:${process.env['PATH']}`, OWN_DATA: home },
  })

/**
 * Lays the timer of a machine that was launched to end at `launched`, and runs it.
 * @returns when it stopped the machine, in seconds since the epoch: of that a slow machine can only make more
 */
function stoppedAt(launched: number, file: string | undefined): number {
  for (const name of ['expires-at', 'said']) rmSync(join(home, name), { force: true })
  if (file !== undefined) writeFileSync(join(home, 'expires-at'), file)
  writeFileSync(join(home, 'shutdown'), `#!/bin/bash\necho "shutdown $*" >"${home}/said"\n`)
  chmodSync(join(home, 'shutdown'), 0o755)
  const install = /^install_expiry\(\)[\s\S]*?^\}/m.exec(boot)?.[0].replaceAll('/etc/systemd/system', home)
  bash(`EXPIRES_AT=${launched}\nsystemctl() { :; }\n${install}\ninstall_expiry`)
  bash(`bash ${home}/expire.sh`)
  expect(readFileSync(join(home, 'said'), 'utf8')).toBe('shutdown -P now\n')
  return Date.now() / 1000
}

/** Late enough that a machine which does not wait for it stops before it. */
const soon = () => Math.floor(Date.now() / 1000) + 3
const PAST = 1_000_000_000

test('a machine stops itself at the time that it was launched with', () => {
  const end = soon()
  expect(stoppedAt(end, undefined)).toBeGreaterThanOrEqual(end)
})

test('a time that was moved counts instead', () => {
  const end = soon()
  expect(stoppedAt(PAST, `${end}\n`)).toBeGreaterThanOrEqual(end)
})

test('a spoiled file leaves the time of the launch', () => {
  const end = soon()
  expect(stoppedAt(end, 'soon\n')).toBeGreaterThanOrEqual(end)
})
