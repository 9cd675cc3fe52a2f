import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Cloud, startCloud } from './cloud.ts'
import { machines } from './run-command.ts'

// The steps of a workflow, one action after another, each a process of its own that knows only the cluster's name.

let cloud: Cloud
const cluster = { 'cluster-name': 'steps', servers: '3', agents: '2', wireguard: 'false' }
const named = { 'cluster-name': 'steps', timeout: '3m' }

beforeAll(async () => {
  cloud = await startCloud()
}, 60_000)
afterAll(() => cloud.stop())

const steps: [string, Record<string, string>, RegExp][] = [
  ['provision-nodes', cluster, /all 5 machines answer over SSM/],
  ['bootstrap-first-server', cluster, /API ready, etcd has its first voter/],
  ['join-servers', cluster, /3 voters: quorum is 2, so 1 may be lost/],
  ['join-agents', named, /2 agents are registered/],
  ['install-cilium', cluster, /Cilium runs on all 5 nodes/],
]

test.each(steps)(
  '%s does its part',
  async (door, inputs, said) => {
    const run = await cloud.act(door, { timeout: '3m', ...inputs })
    expect(run.log).toMatch(said)
    expect(run.exitCode).toBe(0)
  },
  240_000,
)

test('verify-ha passes, and its report says so', async () => {
  const run = await cloud.act('verify-ha', { 'cluster-name': 'steps' })
  expect(run.log).toMatch(/is verified/)
  expect(run.exitCode).toBe(0)
  expect(run.outputs['verdict']).toBe('pass')
  const report = JSON.parse(readFileSync(run.outputs['report-path'] ?? '', 'utf8'))
  expect(report).toMatchObject({ verdict: 'pass' })
  expect(run.summary).toContain('conformance')
}, 240_000)

test.each(steps)(
  '%s, a second time, finds its work done and is quick',
  async (door, inputs) => {
    const before = await machines(cloud)
    const run = await cloud.act(door, { timeout: '3m', ...inputs })
    expect(run.exitCode).toBe(0)
    expect(run.log).toMatch(/already|are there|in place/)
    expect(await machines(cloud)).toEqual(before)
  },
  120_000,
)

test('no secret was printed or kept in what Run Command remembers', async () => {
  const kept = await cloud.act('node-logs', { 'cluster-name': 'steps' })
  expect(kept.log).not.toMatch(/K10[0-9a-f]{64}::server:[0-9a-f]/)
  expect(kept.log).not.toMatch(/-----BEGIN [A-Z ]*PRIVATE KEY/)
}, 120_000)

test('teardown, by the name alone, leaves nothing', async () => {
  const run = await cloud.act('teardown', { 'cluster-name': 'steps' })
  expect(run.log).toMatch(/nothing is left: 0 instances, 0 load balancers/)
  expect(run.exitCode).toBe(0)
  expect(await machines(cloud)).toEqual({})
  const again = await cloud.act('teardown', { 'cluster-name': 'steps' })
  expect(again.exitCode).toBe(0)
}, 180_000)
