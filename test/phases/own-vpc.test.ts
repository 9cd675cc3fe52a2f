import { RunInstancesCommand } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { describeError } from '../../src/kit/errors.ts'
import { AwsFault, type Call, type Handlers } from '../../src/local-cloud/wire/service.ts'
import type { World } from '../../src/local-cloud/world/world.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { planCluster } from '../../src/phases/plan/plan-cluster.ts'
import { chooseMachines } from '../../src/phases/provision/choose-machines.ts'
import { ensureNetwork } from '../../src/phases/provision/ensure-network.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { sweep } from '../../src/phases/sweep.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { recordedCluster } from './recorded-cluster.ts'

const OWN = { 'create-vpc': true }

const takingAway = ({ aws, clock, log, run, signal, spec }: Context) => ({
  ...{ cluster: spec.clusterName, aws, clock, log, run, signal, timeout: 20, dryRun: false },
})

/** How many there are of each, beside the default VPC and what is in it. */
const standing = ({ network: { vpcs, subnets, gateways, routeTables } }: World) => ({
  ...{ vpcs: vpcs.size - 1, subnets: subnets.size - 3, gateways: gateways.size - 1 },
  // A VPC brings its main table.
  tables: [...routeTables.values()].filter(({ main }) => !main).length,
})
const NOTHING = { vpcs: 0, subnets: 0, gateways: 0, tables: 0 }
const ALL = { vpcs: 1, subnets: 3, gateways: 1, tables: 1 }

test('machines stand in the cluster’s own VPC, over three zones, and all of it goes', async () => {
  const { context, contextOf, world, lines, calls } = await recordedCluster({ ...OWN, agents: 0 })
  await runPhases([provisionNodes], context)
  expect(standing(world)).toEqual(ALL)
  const { servers } = await context.nodes()
  expect(servers.every(({ privateIp }) => privateIp.startsWith('10.40.'))).toBe(true)
  expect(new Set(servers.map(({ zone }) => zone)).size).toBe(3)
  for (const id of [...world.network.vpcs.keys(), ...world.network.subnets.keys()].filter((one) =>
    world.tags.has(one),
  ))
    expect(world.tags.get(id)).toMatchObject({ 'rke2-action:cluster': 'pr-42' })
  const made = [...calls].filter(([name]) => /^(Create|Attach|Associate)/.test(name))
  await runPhases([provisionNodes], contextOf())
  expect([...calls].filter(([name]) => /^(Create|Attach|Associate)/.test(name))).toEqual(made)
  const { removed, residue } = await teardown(takingAway(context))
  expect(removed).toMatchObject({ VPCs: [expect.anything()], 'internet gateways': [expect.anything()] })
  expect(removed['subnets']).toHaveLength(3)
  expect(Object.values(residue).flat()).toEqual([])
  expect(standing(world)).toEqual(NOTHING)
  expect(lines.join('\n')).toMatch(/0 internet gateways, 0 subnets, 0 route tables, 0 VPCs/)
}, 90_000)

/** The first attempt fails at the n-th call that changes the network, before its work is done or after. */
const failingAt =
  (at: number, when: 'before' | 'after', changes: string[]) =>
  (_: World, handlers: Handlers): Handlers => ({
    ...handlers,
    ec2: Object.fromEntries(
      Object.entries(handlers.ec2 ?? {}).map(([operation, handle]) => [
        operation,
        async (input: unknown, call: Call) => {
          const isChange = /^(Create|Attach|Associate|Modify)/.test(operation)
          if (isChange) changes.push(operation)
          const strikes = isChange && changes.length === at
          if (strikes && when === 'before') throw new AwsFault('Killed', 'the runner is gone')
          const answer = await handle(input, call)
          if (strikes) throw new AwsFault('Killed', 'the runner is gone')
          return answer
        },
      ]),
    ),
  })

const build = async (context: Context) =>
  ensureNetwork(context, (await chooseMachines(context)).network, { 'rke2-action:cluster': 'pr-42' })

// CreateVpc, 3 × CreateSubnet, 3 × ModifySubnetAttribute, gateway and its attachment, table, route, 3 × association.
const CHANGES = 14

test('there are fourteen calls to be killed at', async () => {
  const changes: string[] = []
  const { context } = await recordedCluster(OWN, failingAt(0, 'before', changes))
  await build(context)
  expect(changes).toHaveLength(CHANGES)
}, 30_000)

test.each(
  Array.from({ length: CHANGES }, (_, at) => at + 1).flatMap((at) => [
    [at, 'before'] as const,
    [at, 'after'] as const,
  ]),
)(
  'killed at call %i, %s its work: the next run converges, and teardown leaves nothing',
  async (at, when) => {
    const changes: string[] = []
    const { context, world } = await recordedCluster(OWN, failingAt(at, when, changes))
    await expect(build(context)).rejects.toThrow('the runner is gone')
    const { vpcId, subnets } = await build(context)
    expect(standing(world)).toEqual(ALL)
    const table = [...world.network.routeTables.values()].find((one) => one.vpcId === vpcId && !one.main)
    expect(new Set(table?.associations.values())).toEqual(new Set(subnets.map(({ id }) => id)))
    expect(table?.routes.map(({ gatewayId }) => gatewayId.split('-')[0])).toEqual(['local', 'igw'])
    expect(subnets.map(({ id }) => world.network.subnets.get(id)?.publicAddresses)).toEqual([
      true,
      true,
      true,
    ])
    await teardown(takingAway(context))
    expect(standing(world)).toEqual(NOTHING)
  },
  30_000,
)

test.each(['CreateVpc', 'CreateInternetGateway', 'CreateRouteTable', 'CreateSubnet'])(
  'an answer of %s that is lost: what may be there twice is built in once, and goes as a whole',
  async (operation) => {
    const { context, world } = await recordedCluster(OWN)
    world.faults.inject({ name: `lose-answer:${operation}`, count: 1 })
    const { vpcId, subnets } = await build(context)
    expect((await build(context)).vpcId).toBe(vpcId)
    expect(subnets.map((subnet) => subnet.vpcId)).toEqual([vpcId, vpcId, vpcId])
    // Neither VPCs nor gateways have an idempotency token on AWS.
    const twice = operation === 'CreateVpc' || operation === 'CreateInternetGateway'
    const { vpcs, gateways } = standing(world)
    expect(vpcs + gateways).toBe(twice ? 3 : 2)
    await teardown(takingAway(context))
    expect(standing(world)).toEqual(NOTHING)
  },
  30_000,
)

test.each(
  [
    ...['CreateSubnet', 'ModifySubnetAttribute', 'AttachInternetGateway'],
    ...['CreateRoute', 'AssociateRouteTable'],
  ]
    .map((operation) => `not-found:${operation}`)
    .concat(
      ['DescribeVpcs', 'DescribeSubnets', 'DescribeInternetGateways', 'DescribeRouteTables'].map(
        (operation) => `stale:${operation}`,
      ),
    ),
)(
  '%s, as EC2 is consistent in the end only: everything is made once',
  async (name) => {
    const { context, world } = await recordedCluster(OWN)
    world.faults.inject({ name, count: 2 })
    await build(context)
    expect(standing(world)).toEqual(ALL)
    expect(world.faults.pending().filter((fault) => fault.count === 2)).toEqual([])
  },
  30_000,
)

test('the sweep takes the VPC of a cluster whose time is over, and no other', async () => {
  const { context, contextOf, world } = await recordedCluster({ ...OWN, agents: 0, servers: 1, ttl: 1 })
  await runPhases([provisionNodes], context)
  const more = { 'cluster-name': 'pr-43', 'vpc-cidr': '10.50.0.0/16', ttl: 9999 }
  await runPhases([provisionNodes], contextOf(more))
  const now = () => Date.now() + 3_600_000
  const { failures } = await sweep({ ...takingAway(context), clock: { ...context.clock, now } })
  expect(failures).toEqual([])
  expect([...world.network.vpcs.values()].map(({ cidr }) => cidr)).toEqual(['172.31.0.0/16', '10.50.0.0/16'])
}, 90_000)

test('somebody else’s machine in the VPC holds it, is told, and stays', async () => {
  const { context, world } = await recordedCluster(OWN)
  const { subnets } = await build(context)
  await context.aws.ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: 'ami-0a1b2c3d4e5f60001', InstanceType: 't3.large', MinCount: 1, MaxCount: 1 },
      SubnetId: subnets[0]?.id,
    }),
  )
  const failure = describeError(
    await teardown({ ...takingAway(context), timeout: 2 }).catch((error: unknown) => error),
  )
  expect(failure).toMatch(new RegExp(`${subnets[0]?.id} \\(held by eni-`))
  expect([...world.instances.values()].map(({ state }) => state)).toEqual(['running'])
}, 60_000)

test('the plan names what would be made, and then nothing is left to make', async () => {
  const { context } = await recordedCluster({ ...OWN, servers: 1, agents: 0 })
  const planned = await planCluster(context)
  const network = (plan: typeof planned, change: string) =>
    plan.resources
      .filter((one) => one.change === change && /VPC|subnet|gateway|route/.test(one.kind))
      .map(({ kind, name }) => `${kind} ${name}`)
  const all = [
    'VPC pr-42-vpc',
    'subnet pr-42-vpc eu-west-1a',
    'subnet pr-42-vpc eu-west-1b',
    'subnet pr-42-vpc eu-west-1c',
    'internet gateway pr-42-vpc',
    'route table pr-42-vpc',
  ]
  expect(network(planned, 'create')).toEqual(all)
  expect(planned.calls).toEqual([{ call: 'ec2:CreateVpc 10.40.0.0/16', allowed: true, refusal: '' }])
  await runPhases([provisionNodes], context)
  expect(network(await planCluster(context), 'keep')).toEqual(all)
}, 60_000)

test('an account that may have no more VPCs: one error that names the input and the quota, and nothing is made', async () => {
  const { context, world, calls, refuse } = await recordedCluster(OWN)
  world.quotas.set('L-F678F1CE', 1)
  // Who may read it is told before the first call that makes anything.
  refuse('GetServiceQuota', () => new AwsFault('AccessDeniedException', 'no'))
  const told = describeError(await runPhases([provisionNodes], context).catch((error: unknown) => error))
  expect(told).toMatch(
    /maximum number of VPCs.*\n→ .*Service Quotas \(vpc, L-F678F1CE\), or name a VPC of yours in vpc-id/,
  )
  expect([...calls.keys()].filter((call) => /^(Create|Run|Put|Authorize)/.test(call))).toEqual(['CreateVpc'])
  expect(standing(world)).toEqual(NOTHING)
}, 30_000)

test('a cluster that stands in one VPC is not asked for in another', async () => {
  const { context, contextOf, world } = await recordedCluster({ servers: 1, agents: 0 })
  await runPhases([provisionNodes], context)
  const told = describeError(
    await runPhases([provisionNodes], contextOf(OWN)).catch((error: unknown) => error),
  )
  expect(told).toMatch(
    /vpc-id: pr-42-server-1 stands in vpc-\w+, and the cluster is asked for in a VPC of its own\n→ Give vpc-id/,
  )
  expect(standing(world)).toEqual(NOTHING)
}, 60_000)
