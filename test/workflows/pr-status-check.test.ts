import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse, stringify } from 'yaml'
import type { WorkflowRun } from './act.ts'
import { pullRequest } from './pull-request.ts'
import { root, writeWorkflow } from './repositories.ts'
import { type Stubbed, startStubbed, VARS } from './stubbed.ts'

const ON_AWS = ['cluster', 'teardown']
const LOCALLY = ['local-cloud', 'cluster', 'teardown']
let stubbed: Stubbed

beforeAll(async () => {
  stubbed = await startStubbed()
})
afterAll(() => stubbed.close())

const check = (from: Parameters<typeof pullRequest>[0], options: Partial<WorkflowRun> = {}) =>
  stubbed.run({
    workflow: 'pr-status-check',
    event: 'pull_request',
    token: 'token-that-writes',
    payload: pullRequest(from),
    ...options,
  })

const reported = () => stubbed.api.statuses.map(({ sha, context, state }) => [sha, context, state])

test.each([
  ['a branch of this repository', { repository: 'octo/caller' }, VARS, ON_AWS],
  ['a repository without a role', { repository: 'octo/caller' }, {}, LOCALLY],
  ['a fork', { repository: 'stranger/caller' }, VARS, LOCALLY],
  ['Dependabot', { repository: 'octo/caller', login: 'dependabot[bot]' }, VARS, LOCALLY],
])('%s', async (_, from, vars, expected) => {
  const { actions, calls, exitCode } = await check(from, { vars })
  expect({ actions, exitCode }).toEqual({ actions: expected, exitCode: 0 })
  expect(calls.find((call) => call.action === 'cluster')?.inputs['cluster-name']).toBe('pr-42')
  expect(calls.some((call) => call.credentials)).toBe(expected === ON_AWS)
  const { sha } = pullRequest(from).pull_request.head
  expect(reported()).toEqual([
    [sha, 'rke2-action/ha', 'pending'],
    [sha, 'rke2-action/ha', 'success'],
  ])
  expect(stubbed.api.statuses[1]?.description).toMatch(/verdict pass$/)
})

test("with a fork's token it says why there is no status, and the check is green all the same", async () => {
  const { jobs, annotations } = await check({ repository: 'stranger/caller' }, { token: 'token-that-reads' })
  expect(jobs['pr-status-check/ha']).toBe('success')
  expect(annotations).toContainEqual(expect.stringMatching(/^notice: rke2-action\/ha is success, but/))
  expect(reported()).toEqual([])
})

// act 0.2.89 runs nothing more once a called workflow has failed, GitHub does; so here the calls are jobs of their own.
test.each([
  ['exit 1', 'failure'],
  ['exit 0', 'success'],
])('a cluster job that ends with %s is reported as %s', async (ending, state) => {
  const text = readFileSync(join(root, 'workflows', 'pr-status-check.yml'), 'utf8')
  const workflow = parse(text) as { jobs: Record<string, Record<string, unknown>> }
  for (const name of ['local', 'aws']) {
    const { uses: _, with: __, ...job } = workflow.jobs[name] ?? {}
    workflow.jobs[name] = { ...job, 'runs-on': 'ubuntu-latest', steps: [{ run: ending }] }
  }
  writeWorkflow(stubbed.caller, 'with-plain-jobs', stringify(workflow))
  const { jobs, exitCode } = await check({ repository: 'octo/caller' }, { workflow: 'with-plain-jobs' })
  expect(reported().map((status) => status[2])).toEqual(['pending', state])
  expect({ ha: jobs['pr-status-check/ha'], exitCode }).toEqual({
    ha: state,
    exitCode: state === 'success' ? 0 : 1,
  })
})
