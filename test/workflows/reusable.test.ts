import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { callOf } from './call-of.ts'
import { writeWorkflow } from './repositories.ts'
import { type Stubbed, startStubbed } from './stubbed.ts'

let stubbed: Stubbed

beforeAll(async () => {
  stubbed = await startStubbed()
  for (const name of ['cluster-verify', 'cluster-down'])
    writeWorkflow(stubbed.caller, `call-${name}`, callOf(name, 'mine'))
})
afterAll(() => stubbed.close())

const call = (name: string, ...fail: string[]) =>
  stubbed.run({ workflow: `call-${name}`, event: 'workflow_dispatch' }, fail)
const given = { inputs: { 'cluster-name': 'mine', 'aws-region': 'eu-west-1' }, credentials: true }

test('cluster-verify asks the cluster and keeps the report', async () => {
  const { calls, exitCode, annotations } = await call('cluster-verify')
  expect(calls).toMatchObject([{ action: 'verify-ha', ...given }])
  expect(exitCode).toBe(0)
  expect(annotations).toContainEqual(expect.stringMatching(/^notice: uploaded ha-report-mine-\w+-1/))
})

test('cluster-verify is red when the verdict is, keeps the report and diagnoses', async () => {
  const { calls, exitCode, annotations } = await call('cluster-verify', 'verify-ha')
  expect(calls).toMatchObject([{ action: 'verify-ha' }, { action: 'diagnose', ...given }])
  expect(exitCode).toBe(1)
  expect(annotations).toContainEqual(expect.stringMatching(/^notice: uploaded ha-report-mine-\w+-1/))
})

test('cluster-down takes the cluster away by its name', async () => {
  const { calls, exitCode } = await call('cluster-down')
  expect(calls).toMatchObject([{ action: 'teardown', ...given }])
  expect(exitCode).toBe(0)
})

test('cluster-down is red when something is left', async () => {
  const { exitCode } = await call('cluster-down', 'teardown')
  expect(exitCode).toBe(1)
})
