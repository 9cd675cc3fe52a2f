import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTimeOf } from '../../../src/kit/start-time.ts'
import type { Ready } from '../../../src/local-cloud/action.ts'
import { planLoan } from '../../../src/local-cloud/front/lend-host.ts'
import { childOf } from '../../../src/local-cloud/machines/processes.ts'
import { CILIUM_NAMES, elfHead, packRelease } from '../../local-cloud/front/releases/pack-release.ts'
import { bundlePrograms } from './machine-room.ts'
import { bundleCloud, clientOf, launchMachine, startCloud } from './started-cloud.ts'

const VERSION = 'v1.35.4+rke2r1'
const base = mkdtempSync('/tmp/artifacts-test-')
const programs = join(base, 'programs')
const mirror = join(base, 'mirror')
const states = mkdtempSync('/tmp/artifacts-state-')
const [arch, machine] = process.arch === 'arm64' ? (['arm64', 183] as const) : (['amd64', 62] as const)

/** Not RKE2, and never started here: what makes room for the genuine one is that it is a program for this processor. */
beforeAll(async () => {
  packRelease(join(mirror, VERSION), { program: elfHead(machine), arch })
  await bundleCloud(programs)
  await bundlePrograms(programs, { rke2: 'src/local-cloud/rke2/main.ts' })
})
afterAll(() => {
  for (const directory of [base, states]) rmSync(directory, { recursive: true, force: true })
})

const start = () =>
  startCloud(programs, '--state', states, '--artifacts', mirror, '--servers', '1', '--speed', '20')
const sysctls = () =>
  ['vm/overcommit_memory', 'kernel/panic', 'kernel/panic_on_oops', 'fs/inotify/max_user_instances'].map(
    (name) => readFileSync(`/proc/sys/${name}`, 'utf8').trim(),
  )
const before = sysctls()

/** Control groups that a front of this test has. */
const groupsOf = (pid: number) =>
  planLoan(`rke2-local-cloud-${pid}-${startTimeOf(pid)}`).cgroups.map(({ directory }) => directory)

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 300; left > 0 && !(await what()); left--)
    await new Promise((resolve) => setTimeout(resolve, 100))
}
const kill = async (front: ChildProcess, signal: NodeJS.Signals) => {
  front.kill(signal)
  await once(front, 'exit')
}
const isBack = () => sysctls().join() === before.join() && !existsSync('/run/rke2-local-cloud')

/** What a machine's user data prints, up to the line that holds `last`. */
async function bootWith(ready: Ready, last: string, script: string): Promise<{ id: string; said: string }> {
  const id = await launchMachine(ready, `#!/bin/bash\ncd /root\n${script}`)
  const client = new EC2Client(clientOf(ready))
  let said = ''
  await until(async () => {
    const { Output = '' } = await client.send(new GetConsoleOutputCommand({ InstanceId: id, Latest: true }))
    said = Buffer.from(Output, 'base64').toString()
    return said.includes(last)
  })
  return { id, said }
}
const urlOf = (ready: Ready) => `${ready.artifactUrl}/${encodeURIComponent(VERSION)}`

test('the very same paths serve the user’s release, in machines that can run containers', async () => {
  const { front, ready } = await start()
  expect(ready.parts).toBe(`RKE2 ${VERSION} and its Cilium are genuine, from ${mirror}`)
  const channel = await fetch(`${ready.channelUrl}/stable`, { redirect: 'manual' })
  expect(channel.headers.get('location')).toMatch(/v1\.35\.4%2Brke2r1$/)
  const url = urlOf(ready)
  const { id, said } = await bootWith(
    ready,
    'other',
    `for file in rke2.linux-${arch}.tar.gz sha256sum-${arch}.txt; do curl -sfO ${url}/$file; done
sha256sum --check --ignore-missing sha256sum-${arch}.txt
curl -s -o /dev/null -w 'other %{http_code}\\n' ${url.replace('1.35.4', '1.35.7')}/sha256sum-${arch}.txt
`,
  )
  expect(said).toContain(`rke2.linux-${arch}.tar.gz: OK\nother 404`)
  const groups = groupsOf(front.pid ?? 0)
  expect(groups.filter((directory) => !existsSync(join(directory, id)))).toEqual([])
  await kill(front, 'SIGTERM')
  expect(isBack()).toBe(true)
  expect(groups.filter((directory) => existsSync(directory))).toEqual([])
}, 60_000)

test('a release without Cilium’s images is served with ours, under the names of its own list, and the sums fit', async () => {
  const named = join(base, 'named')
  packRelease(join(named, VERSION), { program: elfHead(machine), arch, names: CILIUM_NAMES })
  const { front, ready } = await startCloud(
    programs,
    '--state',
    states,
    '--artifacts',
    named,
    '--servers',
    '1',
  )
  expect(ready.parts).toContain(`RKE2 ${VERSION} is genuine, its Cilium is our stand-in`)
  try {
    // As the node scripts do it.
    const { said } = await bootWith(
      ready,
      'end',
      `for file in rke2.linux-${arch}.tar.gz rke2-images-{core,cilium}.linux-${arch}.tar.zst sha256sum-${arch}.txt; do curl -sfO ${urlOf(ready)}/$file; done
sha256sum --check --ignore-missing --strict sha256sum-${arch}.txt
tar --zstd -xOf rke2-images-cilium.linux-${arch}.tar.zst manifest.json | grep -o 'docker.io[^"]*'
echo end
`,
    )
    const sound = [
      'rke2.linux-ARCH.tar.gz',
      'rke2-images-core.linux-ARCH.tar.zst',
      'rke2-images-cilium.linux-ARCH.tar.zst',
    ]
    const lines = [...sound.map((file) => `${file.replace('ARCH', arch)}: OK`), ...CILIUM_NAMES, 'end']
    expect(said).toContain(lines.join('\n'))
    expect(readdirSync(join(named, VERSION))).not.toContain(`rke2-images-cilium.linux-${arch}.tar.zst`)
  } finally {
    await kill(front, 'SIGTERM')
  }
}, 60_000)

test('kill -9 of the front: the host has everything back all the same', async () => {
  const { front, ready } = await start()
  await launchMachine(ready)
  const groups = groupsOf(front.pid ?? 0)
  await kill(front, 'SIGKILL')
  await until(isBack)
  expect(isBack()).toBe(true)
  expect(groups.filter((directory) => existsSync(directory))).toEqual([])
}, 60_000)

test('kill -9 of who lends as well: the next start gives the host back', async () => {
  const { front } = await start()
  const groups = groupsOf(front.pid ?? 0)
  process.kill(childOf(front.pid ?? 0) ?? 0, 'SIGKILL')
  await kill(front, 'SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect([isBack(), existsSync(groups[0] ?? '')]).toEqual([false, true])
  execFileSync(process.execPath, [join(programs, 'index.js'), 'clean', '--state', states])
  expect(isBack()).toBe(true)
  expect(groups.filter((directory) => existsSync(directory))).toEqual([])
}, 60_000)

test('a mirror that is damaged, or too little memory, is told before anything starts', () => {
  const refuse = (...flags: string[]) => {
    try {
      execFileSync(process.execPath, [join(programs, 'index.js'), 'start', '--state', states, ...flags], {
        stdio: 'pipe',
      })
      return 'it started'
    } catch (error) {
      return String((error as { stderr: Buffer }).stderr)
    }
  }
  expect(refuse('--artifacts', mirror, '--servers', '9999')).toMatch(
    /9999 servers and 0 agents of a genuine RKE2 need [\d.]+ GiB of memory, and [\d.]+ GiB are free[\s\S]*fewer nodes/,
  )
  rmSync(join(mirror, VERSION, `rke2-images-cilium.linux-${arch}.tar.zst`))
  expect(refuse('--artifacts', mirror)).toContain(`rke2-images-cilium.linux-${arch}.tar.zst is missing`)
})
