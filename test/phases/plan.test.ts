import { afterEach, expect, test } from '@jest/globals'
import { cutPower } from '../../src/aws/instances.ts'
import type { Change, PlannedResource } from '../../src/cluster/plan.ts'
import { authorityOf } from '../../src/local-cloud/services/authority.ts'
import { AwsFault } from '../../src/local-cloud/wire/service.ts'
import type { World } from '../../src/local-cloud/world/world.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { type Plan, planCluster } from '../../src/phases/plan/plan-cluster.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { planMarkdown } from '../../src/report/plan-markdown.ts'
import { startWireServer, type WireServer } from '../local-cloud/wire/wire-server.ts'
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
      .concat([rest.profiles, rest.parameters, rest.tags, rest.launches, rest.commands] as never)
      .map((map) => [...map]),
  )

const READS = /:(Describe|Get|List)/

const of = ({ resources }: Plan, change: Change) => resources.filter((one) => one.change === change)

const namesOf = (resources: readonly PlannedResource[]) => resources.map(({ name }) => name)

test('a new cluster is planned, and nothing is created', async () => {
  const { context, world } = await recordedCluster({ servers: 3, agents: 4 })
  const before = holdings(world)
  const plan = await planCluster(context)
  expect(holdings(world)).toBe(before)
  expect([...world.calls.keys()].filter((call) => !READS.test(call))).toEqual([])
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
  const other = contextOf({ servers: 3, agents: 0, 'server-instance-type': 'm6i.large' })
  await cutPower(context.aws.ec2, (await context.nodes()).servers[0]?.instanceId ?? '')
  const different = await planCluster(other)
  expect(namesOf(of(different, 'extra'))).toEqual(['pr-42-agent-1'])
  expect(namesOf(of(different, 'start'))).toEqual(['pr-42-server-1'])
  expect(planMarkdown(different)).toContain(
    't3.large in eu-west-1b, running; m6i.large is asked for, and it stays',
  )
}, 30_000)

test('a wish that cannot be met is told in the words of the run', async () => {
  const { context } = await recordedCluster({ 'server-instance-type': 'z9.large' })
  await expect(planCluster(context)).rejects.toThrow(/z9\.large does not exist/)
})

test('the cost is that of the price list, until expires-at', async () => {
  const { context } = await recordedCluster({ servers: 3, agents: 3, ttl: 4 * 3600 })
  const { cost: estimate } = await planCluster(context)
  const { cost } = estimate as Extract<typeof estimate, { cost: unknown }>
  // The local cloud's figures: 0.12 a t3.large, 0.1 a GB-month, 0.03 a balancer.
  expect(cost.lines.map(({ what, quantity, usdPerUnit }) => [what, quantity, usdPerUnit])).toEqual([
    ['t3.large', 6, 0.12],
    ['gp3 volumes', 180, 0.1],
    ['network load balancer', 1, 0.03],
  ])
  const hourly = 6 * 0.12 + (180 * 0.1) / 730 + 0.03
  expect(cost.usdPerHour).toBeCloseTo(hourly, 9)
  expect(cost.usdUntilExpiry).toBeCloseTo(4 * hourly, 2)
})

let denying: WireServer | undefined
afterEach(async () => {
  delete process.env['AWS_ENDPOINT_URL_PRICING']
  await denying?.close()
  denying = undefined
})

test('without the right to read prices the plan says so, and invents none', async () => {
  const { context, world } = await recordedCluster()
  const GetProducts = () => {
    throw new AwsFault('AccessDeniedException', 'User: x is not authorized to perform: pricing:GetProducts')
  }
  denying = await startWireServer({ pricing: { GetProducts } }, { authority: authorityOf(world) })
  process.env['AWS_ENDPOINT_URL_PRICING'] = denying.endpoint
  const plan = await planCluster(context)
  expect(plan.cost).toEqual({
    unknown: 'the role of this job may not read AWS’s price list: allow pricing:GetProducts',
  })
  expect(planMarkdown(plan)).toContain('### Cost: not known')
  expect(planMarkdown(plan)).not.toContain('USD')
})
