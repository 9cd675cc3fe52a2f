import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Cloud, startCloud } from './cloud.ts'

let cloud: Cloud
beforeAll(async () => {
  cloud = await startCloud()
}, 120_000)
afterAll(() => cloud.stop())

const shared = { 'cluster-name': 'shared' }
const small = { ...shared, servers: '1', agents: '0' }

test('two runs on one name: the second learns who holds the cluster; it is free when the first one’s job ends', async () => {
  const first = await cloud.act('provision-nodes', small, { runId: '100' })
  expect(first.exitCode).toBe(0)
  for (const [door, inputs] of [
    ['provision-nodes', small],
    ['teardown', shared],
  ] as const) {
    const second = await cloud.act(door, inputs, { runId: '200' })
    expect(second.exitCode).toBe(1)
    expect(second.log).toMatch(
      /shared is taken: https:\/\/github\.com\/acme\/shop\/actions\/runs\/100\/attempts\/1 has it since 20/,
    )
  }
  const next = await cloud.act('provision-nodes', small, { runId: '100' })
  expect([next.exitCode, next.log]).toEqual([0, expect.stringContaining('the only machine is there')])
  expect((await cloud.act('provision-nodes', small, { runId: '100', post: true })).exitCode).toBe(0)
  const removal = await cloud.act('teardown', shared, { runId: '200' })
  expect([removal.exitCode, removal.log]).toEqual([0, expect.stringContaining('nothing is left')])
}, 120_000)

test('a run that was killed is taken over at once on the same machine', async () => {
  const killed = await cloud.act('provision-nodes', small, { runId: '300', killAt: /in eu-west-1/ })
  expect(killed.exitCode).not.toBe(0)
  const next = await cloud.act('provision-nodes', small, { runId: '400' })
  expect([next.exitCode, next.log]).toEqual([0, expect.stringMatching(/answers? over SSM/)])
  expect((await cloud.act('teardown', shared, { runId: '400' })).exitCode).toBe(0)
}, 120_000)
