import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Stubbed, startStubbed } from './stubbed.ts'

let stubbed: Stubbed

beforeAll(async () => {
  stubbed = await startStubbed()
})
afterAll(() => stubbed.close())

test.each([
  ['schedule', {}, 'false'],
  ['workflow_dispatch', { 'dry-run': 'true' }, 'true'],
  ['workflow_dispatch', { 'dry-run': 'false' }, 'false'],
])('%s with %j sweeps with dry-run %s', async (event, inputs, dryRun) => {
  const { calls, exitCode } = await stubbed.run({
    workflow: 'scheduled-teardown',
    event,
    inputs,
    payload: { schedule: '17 * * * *' },
  })
  expect(calls).toMatchObject([
    { action: 'sweep', inputs: { 'aws-region': 'eu-west-1', 'dry-run': dryRun }, credentials: true },
  ])
  expect(exitCode).toBe(0)
})

test('a sweep that fails is red', async () => {
  const { exitCode } = await stubbed.run({ workflow: 'scheduled-teardown', event: 'schedule' }, ['sweep'])
  expect(exitCode).toBe(1)
})

test('without a role it says so', async () => {
  const { actions, annotations, exitCode } = await stubbed.run({
    workflow: 'scheduled-teardown',
    event: 'schedule',
    vars: {},
  })
  expect({ actions, exitCode }).toEqual({ actions: [], exitCode: 1 })
  expect(annotations).toContainEqual(expect.stringContaining('no role to assume'))
})
