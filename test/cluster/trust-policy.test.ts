import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { iamPolicies } from '../../src/build/iam-policies.ts'
import { trustPolicy } from '../../src/cluster/trust-policy.ts'
import { decide, policySchema } from '../../src/local-cloud/world/policy.ts'
import { callers, jobs, workflowOf } from '../workflows/workflow-files.ts'

const names = {
  ...{ account: '123456789012', owner: 'acme', ownerId: '42', repository: 'shop', repositoryId: '4711' },
  branch: 'main',
}
const policy = trustPolicy(names)
// A trust policy has no resource: it speaks of its own role.
const document = policySchema.parse(
  JSON.stringify({ Statement: policy.Statement.map((one) => ({ ...one, Resource: '*' })) }),
)

function answerTo(sub: string, aud = 'sts.amazonaws.com') {
  const keys = {
    'token.actions.githubusercontent.com:sub': [sub],
    'token.actions.githubusercontent.com:aud': [aud],
  }
  return decide([document], { action: 'sts:AssumeRoleWithWebIdentity', resource: 'role', keys })
}

test.each([
  ['repo:acme/shop:ref:refs/heads/main', 'sts.amazonaws.com', 'allowed'],
  ['repo:acme@42/shop@4711:ref:refs/heads/main', 'sts.amazonaws.com', 'allowed'],
  ['repo:acme@43/shop@4711:ref:refs/heads/main', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme@42/shop@4712:ref:refs/heads/main', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop:pull_request', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop:ref:refs/heads/main-2', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop:ref:refs/tags/main', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop:environment:main', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop-fork:ref:refs/heads/main', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop:ref:refs/heads/main', 'https://github.com/acme', 'not allowed'],
])('%s for %s: %s', (sub, aud, answer) => {
  expect(answerTo(sub, aud)).toBe(answer)
})

const eventsOf = (on: unknown): string[] => (typeof on === 'string' ? [on] : Object.keys(on as object))

/** What follows the repository's name in the subject of a job that names no environment. */
const whatRuns = (event: string) => (event === 'pull_request' ? 'pull_request' : 'ref:refs/heads/main')

const presented = callers.flatMap((file) =>
  eventsOf(workflowOf(file).on).map((event): [string, string] => [file, event]),
)

test('every way that a workflow to copy starts is among these', () => {
  expect(presented).toEqual([
    ['workflows/create-ephemeral-cluster.yml', 'workflow_dispatch'],
    ['workflows/pr-status-check.yml', 'pull_request'],
    ['workflows/scheduled-teardown.yml', 'schedule'],
    ['workflows/scheduled-teardown.yml', 'workflow_dispatch'],
  ])
})

// The README tells how to let pull requests in, and what that means.
test.each(presented)('%s on %s may take the role, unless by a pull request', (_, event) => {
  const answer = event === 'pull_request' ? 'not allowed' : 'allowed'
  expect(answerTo(`repo:acme/shop:${whatRuns(event)}`)).toBe(answer)
  expect(answerTo(`repo:acme@42/shop@4711:${whatRuns(event)}`)).toBe(answer)
})

test.each(jobs)('%s names no environment, which would be its subject instead of the branch', (_, job) => {
  expect(job['environment']).toBeUndefined()
})

test('the command in the README puts a user’s names into the file, and leaves no word to replace', () => {
  const readme = readFileSync('policies/README.md', 'utf8')
  const [, program] = /^(sed -e [^`]*) policies\/trust\.json > trust\.json$/m.exec(readme) ?? []
  const filled = execFileSync('bash', ['-euc', String(program)], {
    input: iamPolicies()['policies/trust.json'],
    encoding: 'utf8',
    env: {
      ...process.env,
      ...{ ACCOUNT: names.account, OWNER: names.owner, OWNER_ID: names.ownerId, BRANCH: names.branch },
      ...{ REPOSITORY: names.repository, REPOSITORY_ID: names.repositoryId },
    },
  })
  expect(JSON.parse(filled)).toEqual(policy)
})
