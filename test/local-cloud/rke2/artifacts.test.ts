import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { readStored, writeStored } from '../../../src/local-cloud/rke2/artifacts/stored-zstd.ts'
import { readTarMember, writeTar } from '../../../src/local-cloud/rke2/artifacts/tar.ts'
import { buildArtifacts } from '../../../src/local-cloud/rke2/artifacts.ts'
import { importArchives } from '../../../src/local-cloud/rke2/kubelet/images.ts'

const charts = 'src/local-cloud/rke2/helm/charts'
const directory = mkdtempSync(join(tmpdir(), 'rke2-action-artifacts-'))
afterAll(() => rmSync(directory, { recursive: true }))

test('a release is what the installer expects, and its sums fit', async () => {
  const program = join(directory, 'program.js')
  writeFileSync(program, 'console.log(process.argv.slice(2).join())\n')
  const release = join(directory, 'release')
  await buildArtifacts({ version: 'v1.35.4+rke2r1', directory: release, program, charts, arch: 'amd64' })
  execFileSync('sha256sum', ['--check', '--strict', 'sha256sum-amd64.txt'], { cwd: release })
  const listed = execFileSync('tar', ['-tzf', join(release, 'rke2.linux-amd64.tar.gz')], { encoding: 'utf8' })
  for (const file of [
    'bin/rke2',
    'bin/rke2-killall.sh',
    'bin/rke2-uninstall.sh',
    'lib/systemd/system/rke2-server.service',
    'lib/systemd/system/rke2-agent.env',
    'share/rke2/rke2.js',
    'share/rke2/charts/rke2-cilium/templates/validate.yaml',
    'share/rke2/rke2-cis-sysctl.conf',
  ])
    expect(listed.split('\n')).toContain(file)
  expect(readdirSync(release)).toContain('rke2-images-cilium.linux-amd64.tar.zst')
  expect([...importArchives(release)]).toContain('rancher/mirrored-cilium-cilium:v1.19.6')
})

test('stored archives survive the round trip, also over several blocks, and damage is noticed', () => {
  for (const size of [0, 1, 131_072, 300_000]) {
    const content = Buffer.alloc(size, 'ab')
    expect(readStored(writeStored(content)).equals(content)).toBe(true)
  }
  const damaged = writeStored(Buffer.alloc(1000)).subarray(0, 500)
  expect(() => readStored(damaged)).toThrow('damaged image archive')
})

test("our tar is the system tar's tar", () => {
  const file = join(directory, 'x.tar')
  writeFileSync(file, writeTar('manifest.json', Buffer.from('hello')))
  expect(execFileSync('tar', ['-xOf', file, 'manifest.json'], { encoding: 'utf8' })).toBe('hello')
  expect(readTarMember(readFileSync(file), 'manifest.json').toString()).toBe('hello')
})
