import { expect, test } from '@jest/globals'
import { onlineInstances } from '../../src/aws/managed-nodes.ts'
import { describeError } from '../../src/kit/errors.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { planCluster } from '../../src/phases/plan/plan-cluster.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { enclose } from './enclose.ts'
import { recordedCluster } from './recorded-cluster.ts'

const takingAway = ({ aws, clock, log, signal, spec }: Context) => ({
  ...{ cluster: spec.clusterName, aws, clock, log, signal, timeout: 20 },
})

const made = (calls: ReadonlyMap<string, number>) =>
  [...calls.keys()].filter((call) => /^(Create|Run|Put|Authorize)/.test(call))

const told = async (context: Context) =>
  describeError(await runPhases([provisionNodes], context).catch((error: unknown) => error))

const WITH = { servers: 1, agents: 0, 'min-zones': 1, 'create-endpoints': true }

test('private subnets without a way out are refused by name, with what they lack, before anything is made', async () => {
  const { context, world, calls } = await recordedCluster({ agents: 0 })
  enclose(world)
  expect(await told(context)).toMatch(
    /^subnet-ids: machines in subnet-\w+, subnet-\w+, subnet-\w+ have no way to Systems Manager: .* vpc-\w+ has no VPC endpoint with private DNS for ssm, ssmmessages, ec2messages\n→ Set create-endpoints: true/,
  )
  expect(made(calls)).toEqual([])
}, 30_000)

test('an internet gateway is no way out for a machine without a public address', async () => {
  const { context, world, calls } = await recordedCluster({ agents: 0 })
  const [gateway] = world.network.gateways.keys()
  enclose(world, gateway)
  expect(await told(context)).toMatch(/have no way to Systems Manager: no NAT gateway, no public address/)
  expect(made(calls)).toEqual([])
}, 30_000)

test('behind a NAT gateway nothing is asked of endpoints', async () => {
  const { context, world, calls } = await recordedCluster({ servers: 1, agents: 0 })
  enclose(world, 'nat-0123456789abcdef0')
  await runPhases([provisionNodes], context)
  expect(calls.has('DescribeVpcEndpoints')).toBe(false)
}, 60_000)

test('an internet-facing balancer behind a NAT gateway is refused', async () => {
  const { context, world, calls } = await recordedCluster({
    ...{ servers: 1, agents: 0, 'load-balancer': 'internet-facing', 'allowed-cidrs': ['203.0.113.0/24'] },
  })
  enclose(world, 'nat-0123456789abcdef0')
  expect(await told(context)).toMatch(/load-balancer: an internet-facing one needs subnets .*\n→ Name public/)
  expect(made(calls)).toEqual([])
}, 30_000)

test('create-endpoints makes them, and without any one of them no machine would ever answer', async () => {
  const { context, contextOf, world, lines, calls } = await recordedCluster(WITH)
  enclose(world)
  const planned = await planCluster(context)
  expect(
    planned.resources
      .filter(({ kind }) => kind === 'VPC endpoint')
      .map(({ change, name }) => `${change} ${name}`),
  ).toEqual(['ssm', 'ssmmessages', 'ec2messages'].map((one) => `create com.amazonaws.eu-west-1.${one}`))
  await runPhases([provisionNodes], context)
  const endpoints = [...world.network.endpoints.values()]
  expect(endpoints.map(({ service, subnetIds, state }) => [service, subnetIds.length, state])).toEqual(
    ['ssm', 'ssmmessages', 'ec2messages'].map((one) => [`com.amazonaws.eu-west-1.${one}`, 3, 'available']),
  )
  expect(lines.join('\n')).toContain('VPC endpoints in subnet-')
  const [node] = (await context.nodes()).servers
  const isKnown = async () => (await onlineInstances(context.aws.ssm, [node?.instanceId ?? ''])).size === 1
  expect(await isKnown()).toBe(true)
  for (const endpoint of endpoints) {
    world.network.endpoints.delete(endpoint.id)
    expect(await isKnown()).toBe(false)
    world.network.endpoints.set(endpoint.id, endpoint)
  }
  const before = calls.get('CreateVpcEndpoint')
  await runPhases([provisionNodes], contextOf())
  expect(calls.get('CreateVpcEndpoint')).toBe(before)
  const { removed, residue } = await teardown(takingAway(context))
  expect(removed['VPC endpoints']).toHaveLength(3)
  expect(removed['security groups']).toContain('pr-42-endpoints')
  expect(Object.values(residue).flat()).toEqual([])
  expect(world.network.endpoints.size).toBe(0)
}, 90_000)

const BUCKET = { 'artifact-url': 'https://mirror.s3.eu-west-1.amazonaws.com/rke2' }

test('a mirror in S3 gets its gateway endpoint, which leaves the routes with the cluster', async () => {
  const { context, world } = await recordedCluster({ ...WITH, ...BUCKET })
  enclose(world)
  await runPhases([provisionNodes], context)
  const routes = () => [...world.network.routeTables.values()].flatMap((table) => table.routes)
  expect(routes().map(({ destination }) => destination)).toEqual([
    '172.31.0.0/16',
    expect.stringMatching(/^pl-/),
  ])
  expect([...world.network.endpoints.values()].map(({ kind }) => kind)).toContain('Gateway')
  const { residue } = await teardown(takingAway(context))
  expect(Object.values(residue).flat()).toEqual([])
  expect(routes()).toHaveLength(1)
}, 60_000)

test('endpoints whose making was not answered are taken when they are asked for again', async () => {
  const { context, world, calls } = await recordedCluster({ ...WITH, ...BUCKET })
  enclose(world)
  world.faults.inject({ name: 'lose-answer:CreateVpcEndpoint', count: 4 })
  await runPhases([provisionNodes], context)
  expect(world.faults.pending()).toEqual([])
  expect(calls.get('CreateVpcEndpoint')).toBeGreaterThan(4)
  const services = [...world.network.endpoints.values()].map(({ service }) => service.split('.').at(-1))
  expect(services).toHaveLength(4)
  expect(new Set(services)).toEqual(new Set(['ec2messages', 's3', 'ssm', 'ssmmessages']))
}, 60_000)

test('without leave to make it, the mirror in S3 is told to be out of reach', async () => {
  const { context, contextOf, world } = await recordedCluster(WITH)
  enclose(world)
  await runPhases([provisionNodes], context)
  for (const id of world.network.endpoints.keys()) world.tags.delete(id)
  for (const group of world.securityGroups.values())
    world.securityGroups.set(group.id, {
      ...group,
      rules: group.rules.map((rule) => ({ ...rule, peer: { cidr: '0.0.0.0/0' } })),
    })
  expect(await told(contextOf({ ...BUCKET, 'create-endpoints': false }))).toMatch(
    /artifact-url: it is in S3, and rtb-\w+ of vpc-\w+ has no route to S3: .*\n→ Set create-endpoints/,
  )
}, 60_000)

test('a VPC that allows no private DNS is told with the command that mends it', async () => {
  const { context, world, calls } = await recordedCluster(WITH)
  enclose(world)
  for (const vpc of world.network.vpcs.values())
    world.network.vpcs.set(vpc.id, { ...vpc, dnsHostnames: false })
  expect(await told(context)).toMatch(
    /create-endpoints: vpc-\w+ does not allow .*\n→ .*--enable-dns-hostnames/,
  )
  expect(made(calls)).toEqual([])
}, 30_000)

test('endpoints of another cluster, which go with it, are no way out, and nor are those that let nobody in', async () => {
  const { context, contextOf, world, calls } = await recordedCluster(WITH)
  enclose(world)
  await runPhases([provisionNodes], contextOf({ 'cluster-name': 'other' }))
  const before = made(calls).map((call) => calls.get(call))
  expect(await told(context)).toMatch(
    /subnet-ids: vpce-\w+ \(\S+ssm\) was made for the cluster other and goes with it: make endpoints that stay/,
  )
  for (const id of world.network.endpoints.keys()) world.tags.delete(id)
  // Their group lets the nodes of the other cluster in alone.
  expect(await told(context)).toMatch(
    /subnet-ids: the security groups of vpce-\w+ \(\S+ssm\) don’t let subnet-\w+ \(172\.31\.0\.0\/20\)/,
  )
  const group = [...world.securityGroups.values()].find(({ name }) => name === 'other-endpoints')
  if (!group) throw new Error('no group')
  const rules = group.rules.map((rule) =>
    rule.direction === 'ingress' ? { ...rule, peer: { cidr: '172.31.0.0/16' } } : rule,
  )
  expect(made(calls).map((call) => calls.get(call))).toEqual(before)
  world.securityGroups.set(group.id, { ...group, rules })
  await runPhases([provisionNodes], context)
}, 90_000)
