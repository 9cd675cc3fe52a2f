import { isDeepStrictEqual } from 'node:util'
import type { CreateLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import { newId, shortHash } from '../../world/ids.ts'
import {
  BALANCER_ATTRIBUTES,
  type BalancerNode,
  type ClassicBalancer,
  type LoadBalancer,
} from '../../world/load-balancer.ts'
import type { Subnet } from '../../world/network.ts'
import { macOf } from '../../world/network-interface.ts'
import type { World } from '../../world/world.ts'
import { delay, inBackground } from '../after.ts'
import type { Cloud } from '../cloud.ts'
import { takeAddress } from '../ec2/launch.ts'
import { freeAddressesIn } from '../ec2/subnets.ts'
import { elbArn, refuseMissingGroups, refuseName, resourceId } from './find.ts'
import { balancerView } from './load-balancers.ts'
import { tagResource } from './tags.ts'

/** "Typically two to three minutes" (AWS documentation). */
const PROVISIONING_SECONDS = 150

/** Asked again with the same settings it answers with what there is. @throws AwsFault DuplicateLoadBalancerName */
export async function createLoadBalancer(cloud: Cloud, input: CreateLoadBalancerInput) {
  const { world } = cloud
  const name = input.Name ?? ''
  refuseName(name, 'Load balancer')
  if (name.startsWith('internal-'))
    throw new AwsFault('ValidationError', `Load balancer name '${name}' cannot begin with 'internal-'`)
  if (input.Type !== 'network')
    throw new AwsFault('InvalidConfigurationRequest', 'the local cloud has network load balancers only')
  const subnets = subnetsFor(world, input)
  const groupIds = input.SecurityGroups ?? []
  refuseMissingGroups(world, groupIds)
  const wanted = {
    scheme: input.Scheme ?? 'internet-facing',
    groupIds,
    subnetIds: subnets.map(({ id }) => id),
  }
  const existing = sameNamed(world.loadBalancers.values(), name, wanted)
  const balancer = existing ?? build(world, name, wanted, subnets)
  if (!existing) {
    tagResource(world, balancer.arn, input.Tags)
    await cloud.syncNetwork()
    inBackground(cloud, () => activate(cloud, balancer.arn))
  }
  return { LoadBalancers: [balancerView(world, balancer)] }
}

interface Wanted {
  scheme: LoadBalancer['scheme']
  groupIds: readonly string[]
  subnetIds: readonly string[]
}

/** One subnet a zone, by Subnets or SubnetMappings. @throws AwsFault SubnetNotFound, InvalidSubnet, ValidationError */
export function subnetsFor(
  world: World,
  input: Pick<CreateLoadBalancerInput, 'Subnets' | 'SubnetMappings' | 'Scheme'>,
): Subnet[] {
  const fromMappings = (input.SubnetMappings ?? []).map(({ SubnetId, ...rest }) => {
    if (Object.values(rest).some((value) => value !== undefined))
      throw new AwsFault(
        'UnsupportedOperation',
        `the local cloud does not know ${Object.keys(rest)} of a SubnetMapping`,
      )
    return SubnetId ?? ''
  })
  const ids = [...(input.Subnets ?? []), ...fromMappings]
  if (ids.length === 0) throw new AwsFault('ValidationError', 'At least one subnet must be specified')
  const subnets = ids.map((id) => {
    const subnet = world.network.subnets.get(id)
    if (!subnet) throw new AwsFault('SubnetNotFound', `The subnet ID '${id}' does not exist`)
    return subnet
  })
  if (new Set(subnets.map(({ zone }) => zone)).size < subnets.length)
    throw new AwsFault(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    )
  refuseNetwork(world, subnets, input.Scheme)
  return subnets
}

/** @throws AwsFault InvalidConfigurationRequest, InvalidSubnet */
function refuseNetwork(
  { network }: World,
  subnets: readonly Subnet[],
  scheme: CreateLoadBalancerInput['Scheme'] = 'internet-facing',
): void {
  const [vpcId, ...others] = new Set(subnets.map((subnet) => subnet.vpcId))
  if (others.length > 0)
    throw new AwsFault('InvalidConfigurationRequest', 'All subnets must belong to the same VPC')
  if (scheme === 'internet-facing' && ![...network.gateways.values()].some((one) => one.vpcId === vpcId))
    throw new AwsFault('InvalidSubnet', `VPC ${vpcId} has no internet gateway`)
}

/** @throws AwsFault DuplicateLoadBalancerName */
export function sameNamed<Balancer extends LoadBalancer | ClassicBalancer>(
  all: Iterable<Balancer>,
  name: string,
  wanted: Wanted,
): Balancer | undefined {
  const existing = [...all].find((one) => one.name === name)
  if (!existing) return undefined
  const is: Wanted = { ...existing, subnetIds: existing.nodes.map(({ subnetId }) => subnetId) }
  if (isDeepStrictEqual(comparable(is), comparable(wanted))) return existing
  throw new AwsFault(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${name}' exists, but with different settings`,
  )
}

/** The order of groups and subnets is no setting. */
const comparable = ({ scheme, groupIds, subnetIds }: Wanted) => [
  scheme,
  new Set(groupIds),
  new Set(subnetIds),
]

/** ELB's own words, seen in kubernetes-sigs/aws-load-balancer-controller#1233. @throws AwsFault InvalidSubnet */
export function refuseFull(world: World, subnets: readonly Subnet[]): void {
  const full = subnets.find((subnet) => freeAddressesIn(world, subnet) < 8)
  if (full)
    throw new AwsFault(
      'InvalidSubnet',
      `Not enough IP space available in ${full.id}. ELB requires at least 8 free IP addresses in each subnet.`,
    )
}

/** @throws AwsFault InvalidSubnet */
function build(world: World, name: string, wanted: Wanted, subnets: readonly Subnet[]): LoadBalancer {
  refuseFull(world, subnets)
  const id = resourceId(world, name)
  const arn = elbArn(world, `loadbalancer/net/${name}/${id}`)
  const balancer: LoadBalancer = {
    arn,
    name,
    dnsName: `${name}-${shortHash(arn, 16)}.elb.${world.region}.amazonaws.com`,
    scheme: wanted.scheme,
    groupIds: wanted.groupIds,
    nodes: subnets.map((subnet) => attach(world, subnet, arn, `ELB net/${name}/${id}`, wanted.groupIds)),
    state: 'provisioning',
    createdAt: world.clock.now(),
    attributes: BALANCER_ATTRIBUTES,
  }
  world.loadBalancers.set(arn, balancer)
  return balancer
}

/** The balancer's interface in one zone. */
export function attach(
  world: World,
  { id: subnetId, zone }: Subnet,
  balancerArn: string,
  description: string,
  groupIds: readonly string[],
): BalancerNode {
  const address = takeAddress(world, subnetId)
  const interfaceId = newId('eni')
  world.interfaces.set(interfaceId, {
    id: interfaceId,
    subnetId,
    zone,
    privateIp: address,
    mac: macOf(address),
    description,
    groupIds,
    instanceId: undefined,
    balancerArn,
  })
  return { zone, subnetId, address, interfaceId }
}

async function activate(cloud: Cloud, arn: string): Promise<void> {
  const { world } = cloud
  await delay(world, PROVISIONING_SECONDS)
  const balancer = world.loadBalancers.get(arn)
  if (!balancer) return
  world.loadBalancers.set(arn, { ...balancer, state: 'active' })
  await cloud.syncNetwork()
}
