import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Stubbed, startStubbed } from './stubbed.ts'

const TYPED = {
  'cluster-name': 'by-hand',
  cloud: 'aws',
  servers: '5',
  agents: '2',
  'rke2-version': 'v1.35',
  ttl: '90m',
  config: 'hubble: false',
  drills: 'lose-one-server',
  teardown: 'on-failure',
}
let stubbed: Stubbed

beforeAll(async () => {
  stubbed = await startStubbed()
})
afterAll(() => stubbed.close())

const create = (typed: Partial<typeof TYPED>, ...fail: string[]) =>
  stubbed.run(
    { workflow: 'create-ephemeral-cluster', event: 'workflow_dispatch', inputs: { ...TYPED, ...typed } },
    fail,
  )

test('hands everything that was typed to the cluster, with credentials and on Node 24', async () => {
  const { calls, jobs, exitCode, annotations } = await create({})
  const { cloud: _, teardown: __, ...asked } = TYPED
  expect(calls).toMatchObject([
    {
      action: 'cluster',
      inputs: { ...asked, 'aws-region': 'eu-west-1' },
      credentials: true,
      node: expect.stringMatching(/^v24\./),
    },
  ])
  expect({ jobs, exitCode }).toEqual({ jobs: { 'up/cluster-up/up': 'success' }, exitCode: 0 })
  expect(annotations).toContainEqual(expect.stringMatching(/^notice: uploaded ha-report-by-hand-\w+-1/))
})

test.each([
  ['on-failure', ['cluster', 'diagnose', 'teardown']],
  ['always', ['cluster', 'diagnose', 'teardown']],
  ['never', ['cluster', 'diagnose']],
])('a cluster that fails to come up, with teardown %s', async (teardown, expected) => {
  const { actions, calls, exitCode } = await create({ teardown }, 'cluster')
  expect({ actions, exitCode }).toEqual({ actions: expected, exitCode: 1 })
  // By name alone, and with credentials of its own.
  expect(calls.at(-1)).toMatchObject({
    inputs: { 'cluster-name': 'by-hand', 'aws-region': 'eu-west-1' },
    credentials: true,
  })
})

test('a cluster that comes up is taken away at once when asked to', async () => {
  const { actions, jobs } = await create({ teardown: 'always' })
  expect(actions).toEqual(['cluster', 'teardown'])
  expect(jobs).toEqual({ 'up/cluster-up/up': 'success', 'up/cluster-up/teardown': 'success' })
})

test('the cleanup leaves alone what another run made under that name', async () => {
  const { calls } = await create({}, 'cluster')
  expect(calls.at(-1)).toMatchObject({ action: 'teardown', inputs: { 'only-own': 'true' } })
})

test('a diagnosis that fails keeps no teardown from running', async () => {
  const { actions, exitCode } = await create({}, 'cluster', 'diagnose')
  expect({ actions, exitCode }).toEqual({ actions: ['cluster', 'diagnose', 'teardown'], exitCode: 1 })
})

test('a teardown that fails is red', async () => {
  const { jobs, exitCode } = await create({ teardown: 'always' }, 'teardown')
  expect({ teardown: jobs['up/cluster-up/teardown'], exitCode }).toEqual({ teardown: 'failure', exitCode: 1 })
})

test('a misspelt teardown makes nothing and takes nothing away', async () => {
  const { actions, annotations, exitCode } = await create({ teardown: 'allways' })
  expect({ actions, exitCode }).toEqual({ actions: [], exitCode: 1 })
  expect(annotations).toContainEqual(
    expect.stringMatching(/^error: .*on-failure, always or never, not "allways"/),
  )
})

test('on the local cloud everything is one job, without credentials', async () => {
  const { calls, actions, jobs } = await create({ cloud: 'local' })
  expect(actions).toEqual(['local-cloud', 'cluster', 'teardown'])
  expect(calls.some((call) => call.credentials)).toBe(false)
  expect(jobs).toEqual({ 'local/cluster-local/local': 'success' })
})

test('a failure on the local cloud is diagnosed, torn down and red', async () => {
  const { actions, exitCode } = await create({ cloud: 'local' }, 'cluster')
  expect(actions).toEqual(['local-cloud', 'cluster', 'diagnose', 'teardown'])
  expect(exitCode).toBe(1)
})

test('a local cloud that does not start ends the job: there is nothing to take down', async () => {
  const { actions, exitCode } = await create({ cloud: 'local' }, 'local-cloud')
  expect({ actions, exitCode }).toEqual({ actions: ['local-cloud'], exitCode: 1 })
})
