import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateSecurityGroupCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { bundleCloud, clientOf, launchMachine, startCloud } from './started-cloud.ts'

const base = mkdtempSync('/tmp/front-test-')
const programs = join(base, 'programs')
const states = mkdtempSync('/tmp/front-state-')

beforeAll(() => bundleCloud(programs))
afterAll(() => {
  for (const directory of [base, states]) rmSync(directory, { recursive: true, force: true })
})

/** Processes, mounts and directories of clouds of this test. */
function traces() {
  const commands = readdirSync('/proc')
    .filter((name) => Number(name) > 0)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
  return {
    processes: commands.filter((command) => command.includes(states)),
    mounts: readFileSync('/proc/mounts', 'utf8').includes(states),
    files: readdirSync(states),
  }
}
const NOTHING = { processes: [], mounts: false, files: [] }

async function untilGone(): Promise<void> {
  for (let left = 150; left > 0 && (traces().processes.length > 0 || traces().files.length > 0); left--)
    await new Promise((resolve) => setTimeout(resolve, 100))
}

const endings: [string, (front: ChildProcess) => void][] = [
  ['SIGINT', (front) => front.kill('SIGINT')],
  ['SIGTERM', (front) => front.kill('SIGTERM')],
  ['the end of its standard input', (front) => front.stdin?.end()],
  ['kill -9 of the front', (front) => front.kill('SIGKILL')],
]
test.each(endings)(
  '%s leaves nothing',
  async (_, end) => {
    const { front, ready } = await startCloud(programs, '--state', states, '--stop-with-stdin')
    await launchMachine(ready)
    expect(traces().processes.length).toBeGreaterThan(2)
    end(front)
    await once(front, 'exit')
    await untilGone()
    expect(traces()).toEqual(NOTHING)
  },
  30_000,
)

test('kill -9 of everything at once leaves files, which the next start removes', async () => {
  await startCloud(programs, '--state', states)
  execFileSync('pkill', ['-9', '-f', states])
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(traces().files).toHaveLength(1)
  const { front } = await startCloud(programs, '--state', states)
  expect(traces().files).toHaveLength(1)
  front.kill('SIGTERM')
  await once(front, 'exit')
  await untilGone()
  expect(traces()).toEqual(NOTHING)
}, 30_000)

test('it tells release channels, machines, calls and faults beside the APIs of AWS', async () => {
  const { front, ready } = await startCloud(programs, '--state', states)
  const channel = await fetch(`${ready.channelUrl}/v1.35`, { redirect: 'manual' })
  expect([channel.status, channel.headers.get('location')]).toEqual([
    302,
    expect.stringMatching(/v1\.35\.\d+%2Brke2r1$/),
  ])
  expect((await fetch(`${ready.channelUrl}/v1.2`, { redirect: 'manual' })).status).toBe(404)
  const own = async (path: string, body?: object) =>
    (
      await fetch(
        `${ready.endpoint}/_local-cloud/${path}`,
        body && { method: 'POST', body: JSON.stringify(body) },
      )
    ).json()
  expect(await own('machines')).toEqual([])
  expect(await own('balancers')).toEqual([])
  expect(await own('faults', { name: 'throttle:RunInstances', count: 2 })).toEqual([
    { name: 'throttle:RunInstances', count: 2 },
  ])
  expect(await own('faults', { name: 'flood' })).toMatchObject({
    error: expect.stringContaining('no fault is called flood'),
  })
  expect(await own('nothing')).toEqual({ error: 'there is no GET /_local-cloud/nothing' })
  expect(existsSync(join(states, readdirSync(states)[0] ?? '', 'api.sock'))).toBe(true)
  front.kill('SIGTERM')
  await once(front, 'exit')
}, 30_000)

test('what is to go wrong is told at the start: by flags, and by a file', async () => {
  const file = join(base, 'faults.yaml')
  writeFileSync(file, 'faults: [never-registers]\n')
  const flags = [
    '--fault',
    'error-before:DescribeVpcs',
    '--fault',
    'throttle:RunInstances=3@7',
    '--faults',
    file,
  ]
  const { front, ready } = await startCloud(programs, '--state', states, ...flags)
  const ec2 = new EC2Client({ ...clientOf(ready), maxAttempts: 1 })
  await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ name: 'InternalError' })
  await ec2.send(new DescribeVpcsCommand({}))
  const faults = `${ready.endpoint}/_local-cloud/faults`
  expect(await (await fetch(faults)).json()).toEqual([
    { name: 'never-registers', count: 1 },
    { name: 'throttle:RunInstances', count: 3, seed: 7 },
  ])
  expect(await (await fetch(faults, { method: 'DELETE' })).json()).toEqual([])
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'g', Description: 'g' }))
  expect(await (await fetch(`${ready.endpoint}/_local-cloud/standing`)).json()).toEqual([
    { kind: 'security-group', id: GroupId, managed: false, tags: {} },
  ])
  front.kill('SIGTERM')
  await once(front, 'exit')
}, 30_000)

test('wrong faults are refused before anything starts, all at once', () => {
  const flags = ['--fault', 'flood', '--fault', 'throttle:Frobnicate', '--fault-seed', 'x']
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(programs, 'index.js'), 'start', '--state', states, ...flags],
    { encoding: 'utf8' },
  )
  expect(status).toBe(1)
  expect(stderr).toMatch(/no fault is called flood[\s\S]*no operation Frobnicate[\s\S]*--fault-seed: /)
  expect(traces()).toEqual(NOTHING)
})
