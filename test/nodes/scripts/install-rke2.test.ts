import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { installRke2 } from '../../../src/nodes/scripts.ts'
import { createMachine, FAKE_SYSTEMCTL } from './machine.ts'

const VERSION = 'v1.35.4+rke2r1'
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
const FILES = [
  `rke2.linux-${architecture}.tar.gz`,
  `rke2-images-core.linux-${architecture}.tar.zst`,
  `rke2-images-cilium.linux-${architecture}.tar.zst`,
]

const source = createMachine().home
const mirror = join(source, 'mirror')

/** A mirror as RKE2 lays it out, read by the real curl through file://. */
beforeAll(() => {
  mkdirSync(join(source, 'bundle/bin'), { recursive: true })
  mkdirSync(join(source, 'bundle/lib/systemd/system'), { recursive: true })
  mkdirSync(mirror)
  writeFileSync(join(source, 'bundle/bin/rke2'), '#!/bin/sh\n', { mode: 0o755 })
  writeFileSync(join(source, 'bundle/lib/systemd/system/rke2-server.service'), '[Service]\n')
  const [tarball = '', ...images] = FILES
  execFileSync('tar', ['-czf', join(mirror, tarball), '-C', join(source, 'bundle'), '.'])
  for (const image of images) writeFileSync(join(mirror, image), `images of ${image}`)
  writeSums()
})

function writeSums(over: Record<string, string> = {}) {
  const line = (file: string) =>
    `${
      over[file] ??
      createHash('sha256')
        .update(readFileSync(join(mirror, file)))
        .digest('hex')
    }  ${file}`
  writeFileSync(join(mirror, `sha256sum-${architecture}.txt`), `${FILES.map(line).join('\n')}\n`)
}

const script = (artifactsUrl = `file://${mirror}`) => installRke2({ version: VERSION, artifactsUrl })

test('artifacts are fetched, verified and unpacked, and nothing is started', () => {
  const { run, has, read, calls } = createMachine({ systemctl: FAKE_SYSTEMCTL })
  expect(run(script()).answer).toEqual({ version: VERSION, fresh: true })
  expect(has('/usr/local/bin/rke2')).toBe(true)
  expect(has('/usr/local/lib/systemd/system/rke2-server.service')).toBe(true)
  expect(read(`/var/lib/rancher/rke2/agent/images/${FILES[1]}`)).toContain('images of')
  expect(calls()).toBe('systemctl daemon-reload\n')
})

test('a second run finds the work done', () => {
  const machine = createMachine({ systemctl: FAKE_SYSTEMCTL })
  machine.run(script())
  expect(machine.run(script('http://127.0.0.1:1')).answer).toEqual({ version: VERSION, fresh: false })
  expect(machine.calls()).toBe('systemctl daemon-reload\n')
})

test('an artifact that is not what its checksum says is refused, and fetched anew the next time', () => {
  writeSums({ [FILES[1] ?? '']: 'f'.repeat(64) })
  const machine = createMachine({ systemctl: FAKE_SYSTEMCTL })
  const ran = machine.run(script())
  expect(ran.code).toBe(1)
  expect(ran.stdout).toMatch(new RegExp(`sha256 of ${FILES[1]} is [0-9a-f]{64}, and should be f{64}`))
  expect(machine.has('/usr/local/bin/rke2')).toBe(false)
  writeSums()
  expect(machine.run(script()).answer).toEqual({ version: VERSION, fresh: true })
})

test('a version that the mirror lacks is said with its address', () => {
  const ran = createMachine({ systemctl: FAKE_SYSTEMCTL }).run(script('file:///nowhere'))
  expect(ran.code).toBe(1)
  expect(ran.stdout).toContain(`cannot download file:///nowhere/sha256sum-${architecture}.txt`)
})
