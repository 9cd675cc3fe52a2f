import { afterEach, expect, test } from '@jest/globals'
import { cutPower } from '../../src/aws/instances.ts'
import type { Change, ToldResource } from '../../src/cluster/plan.ts'
import { authorityOf } from '../../src/local-cloud/services/authority.ts'
import { AwsFault, type Handlers } from '../../src/local-cloud/wire/service.ts'
import type { World } from '../../src/local-cloud/world/world.ts'
import type { Context } from '../../src/phases/context.ts'
import { estimateCost } from '../../src/phases/estimate-cost.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { type Plan, planCluster } from '../../src/phases/plan/plan-cluster.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { planMarkdown } from '../../src/report/plan-markdown.ts'
import { obstaclesOf } from '../../src/report/plan-obstacles.ts'
import { startWireServer, type WireServer } from '../local-cloud/wire/wire-server.ts'
import { enclose } from './enclose.ts'
import { recordedCluster } from './recorded-cluster.ts'

/** All that an account holds, as text: a call that changes anything changes it. */
const holdings = ({ instances, volumes, interfaces, securityGroups, loadBalancers, ...rest }: World) =>
  JSON.stringify(
    [
      instances,
      volumes,
      interfaces,
      securityGroups,
      loadBalancers,
      rest.listeners,
      rest.targetGroups,
      rest.roles,
    ]
      .concat([rest.profiles, rest.parameters, rest.tags, rest.clientTokens, rest.commands] as never)
      .map((map) => [...map]),
  )

const READS = /:(Describe|Get|List|Simulate)/

const of = ({ resources }: Plan, change: Change) => resources.filter((one) => one.change === change)

const namesOf = (resources: readonly ToldResource[]) => resources.map(({ name }) => name)

test('a new cluster is planned, and nothing is created', async () => {
  const { context, world } = await recordedCluster({ servers: 3, agents: 4 })
  const before = holdings(world)
  const plan = await planCluster(context)
  expect(holdings(world)).toBe(before)
  // EC2 is asked with DryRun, which the holdings above prove: it made nothing of them.
  expect(new Set([...world.calls.keys()].filter((call) => !READS.test(call)))).toEqual(
    new Set(['ec2:CreateSecurityGroup', 'ec2:RunInstances']),
  )
  expect(plan.calls).toEqual(
    [
      'ec2:CreateSecurityGroup pr-42-nodes',
      'ec2:CreateSecurityGroup pr-42-balancer',
      'ec2:RunInstances server t3.large',
      'ec2:RunInstances agent t3.large',
    ].map((call) => ({ call, allowed: true, refusal: '' })),
  )
  expect(obstaclesOf(plan)).toEqual([])
  expect(plan.exists).toBe(false)
  expect(plan.zones).toEqual([
    { zone: 'eu-west-1a', servers: 1, agents: 2 },
    { zone: 'eu-west-1b', servers: 1, agents: 1 },
    { zone: 'eu-west-1c', servers: 1, agents: 1 },
  ])
  expect(plan.resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'security group pr-42-nodes',
    'security group pr-42-balancer',
    'network load balancer pr-42-rke2',
    'target group and listener pr-42-6443',
    'target group and listener pr-42-9345',
    'role rke2-pr-42-eu-west-1',
    'instance profile rke2-pr-42-eu-west-1',
    'parameter /rke2-action/pr-42/token',
    'parameter /rke2-action/pr-42/kubeconfig',
    'instance pr-42-server-1',
    'instance pr-42-server-2',
    'instance pr-42-server-3',
    '2 instances pr-42-agents',
    'instance pr-42-agent-3',
    'instance pr-42-agent-4',
  ])
  expect(of(plan, 'create')).toHaveLength(15)
  expect(plan.resources[12]).toEqual({
    kind: '2 instances',
    name: 'pr-42-agents',
    change: 'create',
    detail: expect.stringContaining('t3.large with 30 GiB gp3'),
  })
  expect(planMarkdown(plan)).toContain('pr-42 would be made anew')
})

test('what a run makes is what was planned, and then nothing is left to make', async () => {
  const { context, world, contextOf } = await recordedCluster({ servers: 3, agents: 1 })
  const planned = await planCluster(context)
  await runPhases([provisionNodes], context)
  const after = await planCluster(context)
  // The kubeconfig is the first server's to make.
  expect(namesOf(of(after, 'create'))).toEqual(['/rke2-action/pr-42/kubeconfig'])
  const names = [...[...world.securityGroups.values()].map(({ name }) => name), ...world.roles.keys()]
  for (const name of names.filter((one) => one !== 'default'))
    expect(planned.resources.map((one) => one.name)).toContain(name)
  expect(planned.launches.map(({ name, zones }) => `${name} ${zones[0]}`).toSorted()).toEqual(
    (await context.nodes()).servers
      .concat((await context.nodes()).agents)
      .map(({ name, zone }) => `${name} ${zone}`)
      .toSorted(),
  )
  const other = contextOf({ servers: 3, agents: 0, 'server-instance-type': ['m6i.large'] })
  await cutPower(context.aws.ec2, (await context.nodes()).servers[0]?.instanceId ?? '')
  const different = await planCluster(other)
  expect(namesOf(of(different, 'extra'))).toEqual(['pr-42-agent-1'])
  expect(namesOf(of(different, 'start'))).toEqual(['pr-42-server-1'])
  expect(planMarkdown(different)).toContain(
    't3.large in eu-west-1b, running; m6i.large is asked for, and it stays',
  )
}, 30_000)

test('a wish that cannot be met is told in the words of the run', async () => {
  const { context } = await recordedCluster({ 'server-instance-type': ['z9.large'] })
  await expect(planCluster(context)).rejects.toThrow(/z9\.large does not exist/)
})

test('the cost is that of the price list, until expires-at', async () => {
  const { context } = await recordedCluster({ servers: 3, agents: 3, ttl: 4 * 3600 })
  const { cost: estimate } = await planCluster(context)
  const { cost } = estimate as Extract<typeof estimate, { cost: unknown }>
  // The local cloud's figures: 0.12 a t3.large, 0.1 a GB-month, 0.03 a balancer, 0.006 an address.
  expect(cost.lines.map(({ what, quantity, usdPerUnit }) => [what, quantity, usdPerUnit])).toEqual([
    ['t3.large', 6, 0.12],
    ['gp3 volumes', 180, 0.1],
    ['network load balancer', 1, 0.03],
    ['public IPv4 addresses', 6, 0.006],
  ])
  const hourly = 6 * 0.12 + (180 * 0.1) / 730 + 0.03 + 6 * 0.006
  expect(cost.usdPerHour).toBeCloseTo(hourly, 9)
  expect(cost.usdUntilExpiry).toBeCloseTo(4 * hourly, 2)
})

const charged = async (context: Context, estimate = estimateCost(context)) => {
  const told = (await estimate) as Extract<Awaited<typeof estimate>, { cost: unknown }>
  return Object.fromEntries(told.cost.lines.map(({ what, quantity }) => [what, quantity]))
}

test('a balancer that faces the internet has an address in each zone', async () => {
  const settings = {
    'load-balancer': 'internet-facing',
    'allowed-cidrs': ['203.0.113.7/32'],
    'create-vpc': true,
  }
  const { context } = await recordedCluster({ ...settings, servers: 3, agents: 1 })
  expect(await charged(context)).toMatchObject({ 'public IPv4 addresses': 4 + 3 })
  expect(
    await charged(
      context,
      planCluster(context).then(({ cost }) => cost),
    ),
  ).toEqual(await charged(context))
})

test('in private subnets the endpoints that are made are charged for, before and after, and no addresses', async () => {
  const { context, world } = await recordedCluster({ servers: 1, agents: 1, 'create-endpoints': true })
  enclose(world)
  const before = await charged(
    context,
    planCluster(context).then(({ cost }) => cost),
  )
  expect(before).toMatchObject({ 'interfaces of VPC endpoints': 9 })
  expect(before).not.toHaveProperty('public IPv4 addresses')
  expect(await charged(context)).toEqual(before)
  await runPhases([provisionNodes], context)
  expect(await charged(context)).toEqual(before)
}, 60_000)

/** The services that refuse, at an endpoint of their own, as the SDK lets one set. */
const denying: WireServer[] = []
async function deny(world: World, handlers: Handlers, variable: string) {
  const server = await startWireServer(handlers, { authority: authorityOf(world) })
  denying.push(server)
  process.env[variable] = server.endpoint
}
afterEach(async () => {
  for (const name of ['PRICING', 'SERVICE_QUOTAS']) delete process.env[`AWS_ENDPOINT_URL_${name}`]
  for (const server of denying.splice(0)) await server.close()
})

const refuse = () => {
  throw new AwsFault('AccessDeniedException', 'User: x is not authorized to perform this')
}

test('without the right to read prices the plan says so, and invents none', async () => {
  const { context, world } = await recordedCluster()
  await deny(world, { pricing: { GetProducts: refuse } }, 'AWS_ENDPOINT_URL_PRICING')
  const plan = await planCluster(context)
  expect(plan.cost).toEqual({
    unknown: 'the role of this job may not read AWS’s price list: allow pricing:GetProducts',
  })
  expect(planMarkdown(plan)).toContain('### Cost: not known')
  expect(planMarkdown(plan)).not.toContain('USD')
})

test('quotas that would be passed are told, with what is in use already', async () => {
  const { context, world, contextOf } = await recordedCluster({ servers: 1, agents: 1 })
  await runPhases([provisionNodes], context)
  world.quotas.set('L-1216C47A', 8).set('L-69A177A2', 1)
  const more = await planCluster(contextOf({ servers: 3, agents: 1 }))
  expect(obstaclesOf(more)).toEqual([])
  const tooMany = await planCluster(contextOf({ servers: 3, agents: 2 }))
  expect(obstaclesOf(tooMany)).toEqual([
    'vCPUs of running on-demand standard (A, C, D, H, I, M, R, T, Z) instances: 4 of 8 are in use and 6 more are needed; ask for more in Service Quotas (ec2, L-1216C47A), or choose smaller machines in server-instance-type and agent-instance-type, or fewer agents',
  ])
  const another = await planCluster(contextOf({ 'cluster-name': 'pr-43', servers: 1, agents: 0 }))
  expect(obstaclesOf(another)).toEqual([
    'network load balancers: 1 of 1 are in use and 1 more are needed; ask for more in Service Quotas (elasticloadbalancing, L-69A177A2), or take clusters away that nobody needs',
  ])
  expect(planMarkdown(another)).toContain('| ❌ | network load balancers | 1 | 1 | 1 |')
}, 60_000)

test('spot machines count for a quota of their own, and not for that of on-demand ones', async () => {
  const { contextOf, world } = await recordedCluster({ servers: 1, 'agent-capacity-type': 'spot' })
  world.quotas.set('L-1216C47A', 2).set('L-34B43A08', 6)
  expect(obstaclesOf(await planCluster(contextOf({ agents: 3 })))).toEqual([])
  expect(obstaclesOf(await planCluster(contextOf({ agents: 4 })))).toEqual([
    expect.stringMatching(
      /^vCPUs of running spot standard .*: 0 of 6 are in use and 8 more .*L-34B43A08\), or set agent-capacity-type/,
    ),
  ])
})

test('without the right to read quotas the plan says so', async () => {
  const { context, world } = await recordedCluster()
  await deny(world, { servicequotas: { GetServiceQuota: refuse } }, 'AWS_ENDPOINT_URL_SERVICE_QUOTAS')
  const plan = await planCluster(context)
  // IAM tells its own.
  expect(plan.quotas).toEqual({
    quotas: [
      expect.objectContaining({ name: 'IAM roles', value: 1000, used: 0, needed: 1 }),
      expect.objectContaining({ name: 'instance profiles', value: 1000, used: 0, needed: 1 }),
    ],
    unknown: expect.stringContaining('allow servicequotas:GetServiceQuota'),
  })
  expect(planMarkdown(plan)).toContain('Others are not known: the role of this job may not read quotas')
})

test('without any right to read quotas nothing is made up', async () => {
  const { context, world, refuse: deny1 } = await recordedCluster({ 'instance-profile': 'own' })
  deny1('GetInstanceProfile', () => new AwsFault('AccessDenied', 'not authorized', { status: 403 }))
  await deny(world, { servicequotas: { GetServiceQuota: refuse } }, 'AWS_ENDPOINT_URL_SERVICE_QUOTAS')
  const plan = await planCluster(context)
  expect(plan.quotas).toEqual({ unknown: expect.stringContaining('allow servicequotas:GetServiceQuota') })
  expect(planMarkdown(plan)).toContain('### Quotas: not known')
})

test('a launch that EC2 would refuse is an obstacle, and one without the right is told apart', async () => {
  const { context, refuse: deny } = await recordedCluster({ 'instance-profile': 'no-such-profile' })
  deny('GetInstanceProfile', () => new AwsFault('AccessDenied', 'not authorized', { status: 403 }))
  const plan = await planCluster(context)
  expect(plan.calls.filter(({ refusal }) => refusal).map(({ call, allowed }) => [call, allowed])).toEqual([
    ['ec2:RunInstances server t3.large', true],
    ['ec2:RunInstances agent t3.large', true],
  ])
  expect(obstaclesOf(plan)[0]).toMatch(
    /InvalidParameterValue: .*no-such-profile.*Invalid IAM Instance Profile/,
  )
})
