import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2'
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CreateInstanceProfileCommand, CreateRoleCommand } from '@aws-sdk/client-iam'
import { expect, test } from '@jest/globals'
import { findNetwork } from '../../src/aws/network.ts'
import { describeError } from '../../src/kit/errors.ts'
import { defaultVpc } from '../../src/local-cloud/world/network.ts'
import type { World } from '../../src/local-cloud/world/world.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { planCluster } from '../../src/phases/plan/plan-cluster.ts'
import { allowedRanges } from '../../src/phases/provision/allowed-ranges.ts'
import { strangersOfName } from '../../src/phases/provision/refuse-strangers.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { planMarkdown } from '../../src/report/plan-markdown.ts'
import { obstaclesOf } from '../../src/report/plan-obstacles.ts'
import { recordedCluster } from './recorded-cluster.ts'

const STRANGE = 'subnet-0123456789abcdef0'

const withoutDefault = ({ network }: World) => {
  for (const vpc of network.vpcs.values()) network.vpcs.set(vpc.id, { ...vpc, isDefault: false })
}
const subnetsIn = ({ network }: World, zone: string) =>
  [...network.subnets.values()].filter((subnet) => subnet.zone === `eu-west-1${zone}`)

/** Interfaces of others, until a zone's subnet has no room, or less. */
function fill(world: World, zone: string, others = 11): void {
  const [subnet] = subnetsIn(world, zone)
  if (!subnet) throw new Error('no subnet')
  const cidr = subnet.cidr.replace('/20', '/28')
  world.network.subnets.set(subnet.id, { ...subnet, cidr })
  for (let index = 0; index < others; index++)
    world.interfaces.set(`eni-${zone}${index}`, {
      ...{ id: `eni-${zone}${index}`, subnetId: subnet.id, zone: subnet.zone, mac: '', description: '' },
      privateIp: cidr.replace('0/28', String(4 + index)),
      ...{ groupIds: [], instanceId: undefined, balancerArn: undefined },
    })
}

/** Another VPC of the account, with a subnet in each zone. */
function secondVpc({ network }: World): string[] {
  const [vpc] = network.vpcs.values()
  if (!vpc) throw new Error('no VPC')
  network.vpcs.set('vpc-0bbbbbbbbbbbbbbbb', { ...vpc, id: 'vpc-0bbbbbbbbbbbbbbbb', isDefault: false })
  return [...network.subnets.values()].map((subnet, at) => {
    const id = `subnet-0bbbbbbbbbbbbbbb${at}`
    network.subnets.set(id, { ...subnet, id, vpcId: 'vpc-0bbbbbbbbbbbbbbbb' })
    return id
  })
}

test.each<[string, Record<string, unknown>, (world: World) => Record<string, unknown> | undefined, RegExp]>([
  [
    'no default VPC',
    {},
    (world) => void withoutDefault(world),
    /vpc-id: this region has no default VPC\n→ .*create-vpc: true/,
  ],
  [
    'an unknown VPC',
    { 'vpc-id': 'vpc-0123456789abcdef0' },
    () => undefined,
    /vpc-id: vpc-0123456789abcdef0 is not in this/,
  ],
  [
    'an unknown subnet',
    { 'subnet-ids': [STRANGE] },
    () => undefined,
    /subnet-ids: subnet-0123456789abcdef0 is not in this/,
  ],
  [
    'a VPC without subnets',
    {},
    ({ network }) => void network.subnets.clear(),
    /vpc-id: vpc-\w+ has no subnets/,
  ],
  [
    'too few zones',
    {},
    (world) => void subnetsIn(world, 'c').map(({ id }) => world.network.subnets.delete(id)),
    /subnet-ids: 3 servers need 3 zones .* min-zones to 2/,
  ],
  [
    'full subnets',
    {},
    (world) => void ['a', 'b', 'c'].map((zone) => fill(world, zone)),
    /(subnet-ids: subnet-\w+ needs 10 free addresses.* has 0: .*\n){3}→/,
  ],
  [
    'a subnet with room for machines only',
    {},
    (world) => void fill(world, 'b', 4),
    /^subnet-ids: subnet-\w+ needs 10 free addresses, 8 for a new load balancer .* has 7: name larger/,
  ],
  [
    'a subnet of another VPC',
    {},
    (world) => {
      const own = [...world.network.subnets.keys()].slice(0, 2)
      return { 'subnet-ids': [...own, secondVpc(world)[2]] }
    },
    /subnet-ids: subnet-0bbb\w+ is in vpc-0bbb\w+, not in vpc-/,
  ],
  [
    'a subnet of another VPC in a zone that has one already',
    {},
    (world) => {
      const own = [...world.network.subnets.keys()]
      const stranger = world.network.subnets.get(secondVpc(world)[0] ?? '')
      if (!stranger) throw new Error('no subnet')
      // The last in order of id, which is the order of choice.
      world.network.subnets.set('subnet-fffffffffffffffff', { ...stranger, id: 'subnet-fffffffffffffffff' })
      return { 'subnet-ids': [...own, 'subnet-fffffffffffffffff'] }
    },
    /subnet-ids: subnet-\w+ is in vpc-\w+, not in vpc-/,
  ],
  [
    'two subnets of one zone',
    {},
    ({ network: { subnets } }) => {
      const [first] = subnets.values()
      if (!first) throw new Error('no subnet')
      const twin = { ...first, id: 'subnet-0ccccccccccccccc0', cidr: '172.31.240.0/20' }
      return { 'subnet-ids': [...subnets.set(twin.id, twin).keys()] }
    },
    /subnet-ids: subnet-\w+, subnet-\w+ are all in eu-west-1\w, and a load balancer takes one/,
  ],
  [
    'subnets that are not in the VPC named',
    {},
    (world) => ({ 'vpc-id': defaultVpc(world.network)?.id, 'subnet-ids': secondVpc(world) }),
    /subnet-ids: subnet-0bbb\w+0 is in vpc-0bbb/,
  ],
  [
    'pods on the VPC’s own range',
    { 'cluster-cidr': '172.31.0.0/16' },
    () => undefined,
    /172\.31\.0\.0\/16 overlaps the VPC’s own range[\s\S]*Choose another cluster-cidr/,
  ],
  [
    'an address nobody knows',
    { 'allowed-cidrs': ['runner'], 'address-url': 'http://127.0.0.1:9' },
    () => undefined,
    /allowed-cidrs: /,
  ],
  [
    'an image that is not there',
    { image: 'ami-0123456789abcdef0' },
    () => undefined,
    /image: ami-0123456789abcdef0 cannot be used: it is not in this region/,
  ],
  [
    'a quota too low',
    { servers: 3, agents: 3 },
    ({ quotas }) => void quotas.set('L-1216C47A', 8),
    /^vCPUs of running on-demand standard .*: the account may have 8, 0 are in use, and 12 more are needed\n→ .*\(ec2, L-1216C47A\)/,
  ],
  [
    'a region that is not enabled',
    { 'aws-region': 'ap-east-1' },
    () => undefined,
    /→ aws-region: the account has not enabled this region/,
  ],
])(
  '%s: one error that names the input, and nothing is created',
  async (_, settings, change, words) => {
    const { world, contextOf, calls } = await recordedCluster(settings)
    const context = contextOf(change(world))
    const told = describeError(await runPhases([provisionNodes], context).catch((error: unknown) => error))
    expect(told).toMatch(words)
    // Told once, whatever the number of calls that found it out.
    expect(told.split('\n→').length).toBeLessThanOrEqual(2)
    expect([...calls.keys()].filter((call) => /^(Create|Run|Put|Authorize)/.test(call))).toEqual([])
  },
  30_000,
)

/** What others made before, under names of the cluster's. */
async function layStrangers({ aws }: Context, { network }: World): Promise<void> {
  const VpcId = defaultVpc(network)?.id ?? ''
  const group = { GroupName: 'pr-42-nodes', Description: 'of somebody else', VpcId }
  await aws.ec2.send(new CreateSecurityGroupCommand(group))
  const targets = { Name: 'pr-42-6443', Protocol: 'TCP', Port: 6443, VpcId } as const
  await aws.elb.send(new CreateTargetGroupCommand(targets))
  const Subnets = [...network.subnets.keys()]
  await aws.elb.send(new CreateLoadBalancerCommand({ Name: 'pr-42-rke2', Type: 'network', Subnets }))
  const RoleName = `rke2-pr-42-${aws.region}`
  await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }))
  await aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: RoleName }))
}

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

test('things of others that have the cluster’s names are told, and none of them is touched', async () => {
  const { world, context, contextOf, calls } = await recordedCluster()
  await layStrangers(context, world)
  calls.clear()
  const told = describeError(await runPhases([provisionNodes], context).catch((error: unknown) => error))
  const sentence = (what: string) =>
    `cluster-name: ${what} is there and is not this cluster’s: choose another cluster-name, or delete it`
  const all = [
    sentence('a security group pr-42-nodes'),
    sentence('a load balancer pr-42-rke2'),
    sentence('a target group pr-42-6443'),
    sentence(`a role rke2-pr-42-${world.region}`),
    sentence(`an instance profile rke2-pr-42-${world.region}`),
  ]
  expect(told).toContain(`${all.join('\n')}\n→ Nothing was created.`)
  expect([...calls.keys()].filter((call) => /^(Create|Run|Put|Authorize|Add)/.test(call))).toEqual([])
  const plan = await planCluster(context)
  expect(obstaclesOf(plan)).toEqual(expect.arrayContaining(all))
  expect(planMarkdown(plan)).toContain(`- ❌ ${all[0]}`)
  // A profile of the user's own is no stranger, whatever it is called.
  const own = contextOf({ 'instance-profile': `rke2-pr-42-${world.region}` })
  const network = await findNetwork(own.aws.ec2, own.spec)
  expect(await strangersOfName(own, { network })).toEqual(all.slice(0, 3))
}, 30_000)

test('subnets alone say which VPC is meant', async () => {
  const settings = { servers: 1, agents: 0 }
  const { world, contextOf } = await recordedCluster(settings)
  const [, second] = world.network.subnets.keys()
  withoutDefault(world)
  await runPhases([provisionNodes], contextOf({ 'subnet-ids': [second] }))
  expect([...world.instances.values()].map(({ subnetId }) => subnetId)).toEqual([second])
}, 30_000)

test('runner is the address that the look-up answers with', async () => {
  const answers = ['203.0.113.7\n', '<html>']
  const server = createServer((_, response) => response.end(answers.shift()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const addressUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = () => allowedRanges({ allowedCidrs: ['10.0.0.0/8', 'runner'], addressUrl })
  expect(await ask()).toEqual(['10.0.0.0/8', '203.0.113.7/32'])
  await expect(ask()).rejects.toThrow(/something else than an IPv4 address/)
  server.close()
})
