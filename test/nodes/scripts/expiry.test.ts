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

/** Lays the timer of a machine that was launched to end at `launched`, runs it, and says how long it waited. */
function waited(launched: number, file: string | undefined): number {
  rmSync(join(home, 'expires-at'), { force: true })
  if (file !== undefined) writeFileSync(join(home, 'expires-at'), file)
  writeFileSync(join(home, 'shutdown'), `#!/bin/bash\necho "shutdown $*" >"${home}/said"\n`)
  chmodSync(join(home, 'shutdown'), 0o755)
  const install = /^install_expiry\(\)[\s\S]*?^\}/m.exec(boot)?.[0].replaceAll('/etc/systemd/system', home)
  bash(`EXPIRES_AT=${launched}\nsystemctl() { :; }\n${install}\ninstall_expiry`)
  const started = Date.now()
  bash(`bash ${home}/expire.sh`)
  expect(readFileSync(join(home, 'said'), 'utf8')).toBe('shutdown -P now\n')
  return (Date.now() - started) / 1000
}

const now = () => Math.floor(Date.now() / 1000)

test('a machine stops itself at the time that it was launched with', () => {
  expect(waited(now() + 2, undefined)).toBeGreaterThanOrEqual(1)
})

test('a time that was moved counts instead', () => {
  expect(waited(now() - 10, `${now() + 2}\n`)).toBeGreaterThanOrEqual(1)
})

test('a spoiled file leaves the time of the launch', () => {
  expect(waited(now() - 10, 'soon\n')).toBeLessThan(5)
})
