import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Cloud, startCloud } from './cloud.ts'
import { machines } from './run-command.ts'

// Every phase is killed in the middle, so that no handler of it runs, and then run again.

let cloud: Cloud
const cluster = { 'cluster-name': 'cut', servers: '3', agents: '1', wireguard: 'false' }
const named = { 'cluster-name': 'cut' }

beforeAll(async () => {
  cloud = await startCloud()
}, 60_000)
afterAll(() => cloud.stop())

/** Machines that the cloud itself still has, whatever its APIs tell. */
async function sandboxes(): Promise<unknown[]> {
  const answer = await fetch(`${cloud.endpoint}/_local-cloud/machines`)
  return (await answer.json()) as unknown[]
}

async function killed(door: string, inputs: Record<string, string>, at: RegExp): Promise<void> {
  const run = await cloud.act(door, inputs, { killAt: at })
  expect(run.log).toMatch(at)
  expect(run.log).not.toMatch(/cancelled/)
  expect(run.exitCode).not.toBe(0)
}

const phases: [string, Record<string, string>, RegExp, RegExp][] = [
  ['provision-nodes', cluster, /cut-server-\d in eu-west-1/, /all 4 machines answer over SSM/],
  ['bootstrap-first-server', cluster, /installing RKE2/, /API ready/],
  ['join-servers', cluster, /join through/, /3 voters/],
  ['join-agents', named, /join through/, /registered/],
  ['install-cilium', cluster, /values (are in place|applied)/, /Cilium runs on all 4 nodes/],
  ['verify-ha', named, /asking etcd/, /is verified/],
]

test.each(phases)(
  '%s, killed in the middle, converges when it is run again',
  async (door, inputs, at, said) => {
    await killed(door, inputs, at)
    const again = await cloud.act(door, inputs)
    expect(again.log).toMatch(said)
    expect(again.exitCode).toBe(0)
    expect(Object.keys(await machines(cloud))).toHaveLength(4)
  },
  240_000,
)

test('a drill killed while a server is without power: provision-nodes starts it, and the drill passes', async () => {
  const drill = { ...named, drills: 'lose-one-server' }
  await killed('verify-ha', drill, /is being stopped; watching the writes/)
  const mended = await cloud.act('provision-nodes', cluster)
  expect(mended.log).toMatch(/cut-server-\d was stopped: started again/)
  expect(mended.exitCode).toBe(0)
  const again = await cloud.act('verify-ha', drill)
  expect(again.log).toMatch(/✓ lose-one-server: /)
  expect(again.exitCode).toBe(0)
}, 240_000)

test('teardown, killed in the middle and run again, leaves nothing', async () => {
  await killed('teardown', named, /terminating/)
  await gone('cut')
}, 120_000)

test.each([
  ['provisioning', /half-server-1 in eu-west-1/],
  ['joining', /join through/],
])(
  'teardown, by the name alone, leaves nothing of a run killed while %s',
  async (_, at) => {
    await killed('cluster', { ...cluster, 'cluster-name': 'half', agents: '0' }, at)
    await gone('half')
  },
  180_000,
)

async function gone(name: string): Promise<void> {
  const run = await cloud.act('teardown', { 'cluster-name': name })
  expect(run.log).toMatch(/nothing is left: 0 instances, 0 load balancers/)
  expect(run.exitCode).toBe(0)
  expect(await machines(cloud)).toEqual({})
  expect(await sandboxes()).toEqual([])
}
