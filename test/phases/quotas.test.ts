import { expect, test } from '@jest/globals'
import { describeError } from '../../src/kit/errors.ts'
import { AwsFault } from '../../src/local-cloud/wire/service.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { enclose } from './enclose.ts'
import { recordedCluster } from './recorded-cluster.ts'

const SMALL = { servers: 1, agents: 1 }

const told = async (context: Context) =>
  describeError(await runPhases([provisionNodes], context).catch((error: unknown) => error))

const made = (calls: ReadonlyMap<string, number>) =>
  [...calls.keys()].filter((call) => /^(Create|Run|Put|Authorize|Add)/.test(call))

const asked = (calls: ReadonlyMap<string, number>) =>
  [...calls.keys()].filter((call) => /Quota|GetAccountSummary|DescribeVolumes/.test(call))

const RANGES = Array.from({ length: 30 }, (_, at) => `203.0.113.${at}/32`)

test.each<[string, number, Record<string, unknown>, RegExp]>([
  ['L-69A177A2', 0, {}, /^network load balancers: .* have 0, 0 are in use, and 1 more .*\n→ .*take clusters/],
  ['L-B22855CB', 1, {}, /^target groups: .* have 1, 0 are in use, and 2 more/],
  ['L-E79EC296', 2, {}, /^security groups: .* have 2, 1 are in use, and 2 more/],
  [
    'L-0EA8095F',
    60,
    { 'allowed-cidrs': RANGES },
    /^inbound rules .* have 60, 0 .* 62 more .*\n→ .*allowed-cidrs/,
  ],
  [
    'L-7A658B76',
    1,
    { 'volume-size': 600 },
    /^GiB of gp3 volumes: .* 1024, 0 .* 1200 more .*\n→ .*volume-size/,
  ],
  ['L-FE177D64', 0, {}, /^IAM roles: .* have 0, 0 are in use, and 1 more .*\n→ .*instance-profile/],
  ['L-6E65F664', 0, {}, /^instance profiles: .* have 0, 0 are in use, and 1 more/],
  ['L-F678F1CE', 1, { 'create-vpc': true }, /^VPCs: .* have 1, 1 are in use, and 1 more .*\n→ .*vpc-id/],
  ['L-A4707A72', 1, { 'create-vpc': true }, /^internet gateways: .* have 1, 1 are in use, and 1 more/],
  ['L-34B43A08', 1, { 'agent-capacity-type': 'spot' }, /^vCPUs of running spot standard .* 2 more/],
])(
  'quota %s at %i is told before anything is created',
  async (code, value, settings, words) => {
    const { world, context, calls } = await recordedCluster({ ...SMALL, ...settings })
    world.quotas.set(code, value)
    const said = await told(context)
    expect(said).toMatch(words)
    expect(said).toMatch(/Nothing was created\.$/)
    expect(said).toContain(code)
    expect(made(calls)).toEqual([])
  },
  30_000,
)

test.each([
  ['L-29B6F2EB', 'interface endpoints of the VPC', 3],
  ['L-1B52E74A', 'gateway endpoints', 1],
])(
  'quota %s counts endpoints that are made',
  async (code, name, needed) => {
    const artifacts = 'https://mirror.s3.eu-west-1.amazonaws.com/rke2'
    const settings = { ...SMALL, 'create-endpoints': true, 'artifact-url': artifacts }
    const { world, context, calls } = await recordedCluster(settings)
    enclose(world)
    world.quotas.set(code, 0)
    expect(await told(context)).toMatch(new RegExp(`^${name}: .* 0, 0 are in use, and ${needed} more`))
    expect(made(calls)).toEqual([])
  },
  30_000,
)

test('all quotas that would be passed are told at once', async () => {
  const { world, context, calls } = await recordedCluster(SMALL)
  world.quotas.set('L-1216C47A', 3).set('L-69A177A2', 0).set('L-FE177D64', 0)
  const said = await told(context)
  expect(said.match(/the account may have/g)).toHaveLength(3)
  expect(said).toMatch(
    /\(ec2, L-1216C47A\), or .*; \(elasticloadbalancing, L-69A177A2\), or .*; \(iam, L-FE177D64\)/,
  )
  expect(made(calls)).toEqual([])
}, 30_000)

test('where no machine is missing no quota is asked for', async () => {
  const { context, calls } = await recordedCluster(SMALL)
  await runPhases([provisionNodes], context)
  // The guards against asking in vain must be able to fail.
  expect(asked(calls)).toEqual(
    expect.arrayContaining(['GetServiceQuota', 'GetAccountSummary', 'DescribeVolumes']),
  )
  calls.clear()
  await runPhases([provisionNodes], context)
  expect(asked(calls)).toEqual([])
}, 60_000)

test('what stands already of a run that was cut off is not counted twice', async () => {
  const { world, context, contextOf } = await recordedCluster({ servers: 1, agents: 0 })
  await runPhases([provisionNodes], context)
  for (const [code, value] of [
    ['L-69A177A2', world.loadBalancers.size],
    ['L-B22855CB', world.targetGroups.size],
    ['L-E79EC296', world.securityGroups.size],
    ['L-FE177D64', world.roles.size],
    ['L-6E65F664', world.profiles.size],
  ] as const)
    world.quotas.set(code, value)
  await runPhases([provisionNodes], contextOf({ agents: 1 }))
  expect(world.instances.size).toBe(2)
}, 60_000)

test('who may not read quotas is told so and goes on; then AWS’s own refusal says what to do', async () => {
  const { world, context, lines, refuse } = await recordedCluster(SMALL)
  const denied = (action: string) => () =>
    new AwsFault('AccessDenied', `User: x is not authorized to perform: ${action}`, { status: 403 })
  refuse('GetServiceQuota', denied('servicequotas:GetServiceQuota'))
  refuse('GetAccountSummary', denied('iam:GetAccountSummary'))
  world.quotas.set('L-FE177D64', 0)
  expect(await told(context)).toMatch(
    /Cannot exceed quota for RolesPerAccount: 0\n→ The account has as many IAM roles .*instance-profile.*goes with teardown/,
  )
  expect(lines.join('\n')).toMatch(
    /not all quotas are foreseen: .*allow servicequotas:GetServiceQuota.*; .*allow iam:GetAccountSummary/,
  )
}, 60_000)
