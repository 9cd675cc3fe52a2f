import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { planLoan } from '../../../src/local-cloud/front/lend-host.ts'
import { childOf, startTimeOf } from '../../../src/local-cloud/machines/processes.ts'
import { elfHead, packRelease } from '../../local-cloud/front/releases/pack-release.ts'
import { bundleCloud, clientOf, launchMachine, startCloud } from './started-cloud.ts'

const VERSION = 'v1.35.4+rke2r1'
const base = mkdtempSync('/tmp/artifacts-test-')
const programs = join(base, 'programs')
const mirror = join(base, 'mirror')
const states = mkdtempSync('/tmp/artifacts-state-')
const [arch, machine] = process.arch === 'arm64' ? (['arm64', 183] as const) : (['amd64', 62] as const)

/** Not RKE2, and never started here: what makes room for the genuine one is that it is a program for this processor. */
beforeAll(() => {
  packRelease(join(mirror, VERSION), { program: elfHead(machine), arch })
  return bundleCloud(programs)
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
  for (let left = 100; left > 0 && !(await what()); left--)
    await new Promise((resolve) => setTimeout(resolve, 100))
}
const kill = async (front: ChildProcess, signal: NodeJS.Signals) => {
  front.kill(signal)
  await once(front, 'exit')
}
const isBack = () => sysctls().join() === before.join() && !existsSync('/run/rke2-local-cloud')

test('the very same paths serve the user’s release, in machines that can run containers', async () => {
  const { front, ready } = await start()
  expect(ready.parts).toBe(`RKE2 ${VERSION} and its Cilium are genuine, from ${mirror}`)
  const channel = await fetch(`${ready.channelUrl}/stable`, { redirect: 'manual' })
  expect(channel.headers.get('location')).toMatch(/v1\.35\.4%2Brke2r1$/)
  const url = `${ready.artifactUrl}/${encodeURIComponent(VERSION)}`
  const id = await launchMachine(
    ready,
    `#!/bin/bash
cd /root
for file in rke2.linux-${arch}.tar.gz sha256sum-${arch}.txt; do curl -sfO ${url}/$file; done
sha256sum --check --ignore-missing sha256sum-${arch}.txt
curl -s -o /dev/null -w 'other %{http_code}\\n' ${url.replace('1.35.4', '1.35.7')}/sha256sum-${arch}.txt
`,
  )
  const client = new EC2Client(clientOf(ready))
  let console = ''
  await until(async () => {
    const { Output = '' } = await client.send(new GetConsoleOutputCommand({ InstanceId: id, Latest: true }))
    console = Buffer.from(Output, 'base64').toString()
    return console.includes('other')
  })
  expect(console).toContain(`rke2.linux-${arch}.tar.gz: OK\nother 404`)
  const groups = groupsOf(front.pid ?? 0)
  expect(groups.filter((directory) => !existsSync(join(directory, id)))).toEqual([])
  await kill(front, 'SIGTERM')
  expect(isBack()).toBe(true)
  expect(groups.filter((directory) => existsSync(directory))).toEqual([])
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
