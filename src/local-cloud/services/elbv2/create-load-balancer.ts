import { isDeepStrictEqual } from 'node:util'
import type { CreateLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import { shortHash } from '../../world/ids.ts'
import { BALANCER_ATTRIBUTES, type ClassicBalancer, type LoadBalancer } from '../../world/load-balancer.ts'
import type { Subnet } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import { delay, inBackground } from '../after.ts'
import type { Cloud } from '../cloud.ts'
import { attach, refuseFull, subnetsFor } from './balancer-network.ts'
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

async function activate(cloud: Cloud, arn: string): Promise<void> {
  const { world } = cloud
  await delay(world, PROVISIONING_SECONDS)
  const balancer = world.loadBalancers.get(arn)
  if (!balancer) return
  world.loadBalancers.set(arn, { ...balancer, state: 'active' })
  await cloud.syncNetwork()
}
