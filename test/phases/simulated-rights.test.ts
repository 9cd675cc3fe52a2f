import { CreatePolicyCommand } from '@aws-sdk/client-iam'
import { expect, test } from '@jest/globals'
import { policySource } from '../../src/cluster/simulation.ts'
import { planCluster } from '../../src/phases/plan/plan-cluster.ts'
import { planMarkdown } from '../../src/report/plan-markdown.ts'
import { obstaclesOf } from '../../src/report/plan-obstacles.ts'
import { recordedCluster } from './recorded-cluster.ts'
import { asUser, permissionsOf, takeOn } from './role-session.ts'

/** The plan of who has the rights of the deploy policy but these. */
async function planWithout(...actions: string[]) {
  const { world, contextOf } = await recordedCluster({ servers: 1, agents: 1 })
  asUser(world)
  await takeOn(
    world,
    'deploy',
    permissionsOf('deploy').filter(({ action }) => !actions.includes(action)),
  )
  return planCluster(contextOf())
}

test('who has the generated policy lacks nothing, and is told which was asked', async () => {
  const plan = await planWithout()
  expect(plan.rights).toEqual({ policies: ['deploy'], denied: [], unclear: [] })
  expect(planMarkdown(plan)).toContain(
    'Every right that a run needs of policies/deploy.json is there. Those of teardown and sweep were not asked.',
  )
}, 30_000)

test('before its security group is there no right to launch is called missing, nor there', async () => {
  const plan = await planWithout()
  expect(obstaclesOf(plan)).toEqual([])
  const launches = plan.calls.filter(({ call }) => call.startsWith('ec2:RunInstances'))
  expect(launches.map(({ allowed }) => allowed)).toEqual([undefined, undefined])
  expect(planMarkdown(plan)).toContain(
    '| ❔ | ec2:RunInstances server t3.large | can’t be told before its security group is there',
  )
}, 30_000)

test('a launch that is refused for more than its security group is an obstacle', async () => {
  const plan = await planWithout('ec2:RunInstances')
  expect(obstaclesOf(plan)).toContainEqual(
    expect.stringMatching(/^ec2:RunInstances server t3\.large is refused: UnauthorizedOperation: .*image\//),
  )
}, 30_000)

test('a right that hangs on what the simulator is not told is not called there', async () => {
  const plan = await planWithout()
  const unclear = [{ action: 'ec2:RunInstances', keys: ['aws:SourceVpc'] }]
  const said = planMarkdown({ ...plan, rights: { policies: ['deploy'], denied: [], unclear } })
  expect(said).toContain('It can’t tell of `ec2:RunInstances` (hangs on aws:SourceVpc).')
  expect(said).toContain('Every other right that a run needs of policies/deploy.json is there.')
}, 30_000)

test('with a network of its own, that policy is asked too', async () => {
  const { world, contextOf } = await recordedCluster({ servers: 1, agents: 1, 'create-vpc': true })
  asUser(world)
  await takeOn(world, 'network', permissionsOf('network'))
  const plan = await planCluster(contextOf())
  expect(plan.rights).toEqual({ policies: ['deploy', 'network'], denied: [], unclear: [] })
  expect(planMarkdown(plan)).toContain('of policies/deploy.json and policies/network.json is there.')
}, 30_000)

test('rights that DryRun cannot try are named with what they are missing on', async () => {
  const plan = await planWithout('iam:PassRole', 'elasticloadbalancing:CreateListener', 'ssm:SendCommand')
  expect('denied' in plan.rights && plan.rights.denied.map(({ action }) => action).toSorted()).toEqual([
    'elasticloadbalancing:CreateListener',
    'iam:PassRole',
    'ssm:SendCommand',
    'ssm:SendCommand',
  ])
  expect(obstaclesOf(plan)).toContain(
    'iam:PassRole on arn:aws:iam::123456789012:role/rke2-action/rke2-pr-42-eu-west-1 is not allowed, says IAM’s simulator',
  )
  expect(planMarkdown(plan)).toContain(
    '| ❌ `ssm:SendCommand` | `arn:aws:ssm:eu-west-1::document/AWS-RunShellScript` |',
  )
}, 30_000)

test('who may not simulate is told which right that takes, and DryRun stands alone', async () => {
  const plan = await planWithout('iam:SimulatePrincipalPolicy')
  expect(plan.rights).toEqual({ unknown: expect.stringContaining('allow iam:SimulatePrincipalPolicy') })
  expect(plan.calls.some(({ allowed }) => allowed === false)).toBe(false)
  expect(planMarkdown(plan)).toContain('### Rights by IAM’s simulator: not known')
}, 30_000)

const NAMED = 'iam::*:role/rke2-*'

test.each([
  ['may look at itself', '*', { policies: ['deploy'], denied: [], unclear: [] }],
  ['may not', NAMED, { unknown: expect.stringMatching(/its path, .*, is not \/\. Allow iam:GetRole on it/) }],
])(
  'a role below a path that %s',
  async (_, on, rights) => {
    const { world, contextOf } = await recordedCluster({ servers: 1, agents: 1 })
    const narrowed = permissionsOf('deploy').map((right) =>
      right.action === 'iam:GetRole' ? { ...right, resource: on } : right,
    )
    await takeOn(world, 'deploy', narrowed, '/ci/github/')
    expect((await planCluster(contextOf())).rights).toEqual(rights)
  },
  30_000,
)

test('a boundary of the caller’s own that denies is told as such', async () => {
  const { world, contextOf } = await recordedCluster({ servers: 1, agents: 1 })
  asUser(world)
  const { iam } = contextOf().aws
  const document =
    '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:CreateRole","Resource":"*"}]}'
  const { Policy: made } = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: document }),
  )
  await takeOn(world, 'deploy', permissionsOf('deploy'))
  const [name, role] = [...world.roles].find(([one]) => one.startsWith('ci-')) ?? []
  if (!name || !role) throw new Error('no role')
  world.roles.set(name, { ...role, permissionsBoundary: made?.Arn })
  const { rights } = await planCluster(contextOf())
  expect(rights).toEqual({
    policies: ['deploy'],
    denied: [
      { action: 'iam:CreateRole', resource: expect.stringContaining('role/rke2-action/'), byBoundary: true },
    ],
    unclear: [],
  })
}, 30_000)

test.each([
  ['arn:aws:sts::1:assumed-role/ci/run', { arn: 'arn:aws:iam::1:role/ci', role: 'ci' }],
  ['arn:aws-us-gov:sts::1:assumed-role/ci/run', { arn: 'arn:aws-us-gov:iam::1:role/ci', role: 'ci' }],
  ['arn:aws-cn:iam::1:user/division/bob', { arn: 'arn:aws-cn:iam::1:user/division/bob' }],
  ['arn:aws:iam::1:root', undefined],
])('whose policies judge %s', (caller, source) => {
  expect(policySource(caller)).toEqual(source)
})
