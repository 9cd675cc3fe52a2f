import type { CreateAccessPointInput } from '@aws-sdk/client-elastic-load-balancing'
import { AwsFault } from '../../wire/service.ts'
import { shortHash } from '../../world/ids.ts'
import type { Cloud } from '../cloud.ts'
import { attach, refuseFull, subnetsFor } from '../elbv2/balancer-network.ts'
import { sameNamed } from '../elbv2/create-load-balancer.ts'
import { elbArn, refuseMissingGroups, refuseName } from '../elbv2/find.ts'
import { tagResource } from '../elbv2/tags.ts'

/**
 * Asked again for the same network it answers with what there is.
 * @throws AwsFault InvalidScheme, and what the same call of the second version throws
 */
export async function createLoadBalancer(cloud: Cloud, input: CreateAccessPointInput) {
  const { world } = cloud
  const name = input.LoadBalancerName ?? ''
  refuseName(name, 'Load balancer')
  const scheme = schemeOf(input.Scheme)
  const subnets = subnetsFor(world, { Subnets: input.Subnets, Scheme: scheme })
  const ofVpc = subnets.flatMap(({ vpcId }) => world.network.vpcs.get(vpcId)?.defaultGroupId ?? [])
  const groupIds = input.SecurityGroups?.length ? input.SecurityGroups : ofVpc.slice(0, 1)
  refuseMissingGroups(world, groupIds)
  const wanted = { scheme, groupIds, subnetIds: subnets.map(({ id }) => id) }
  const existing = sameNamed(world.classicBalancers.values(), name, wanted)
  if (existing) return { DNSName: existing.dnsName }
  refuseFull(world, subnets)
  const arn = elbArn(world, `loadbalancer/${name}`)
  const own = `${scheme === 'internal' ? 'internal-' : ''}${name}-${shortHash(arn, 10)}`
  const balancer = {
    ...{ arn, name, scheme, groupIds },
    dnsName: `${own}.${world.region}.elb.amazonaws.com`,
    nodes: subnets.map((subnet) => attach(world, subnet, arn, `ELB ${name}`, groupIds)),
    createdAt: world.clock.now(),
    listeners: input.Listeners ?? [],
  }
  tagResource(world, arn, input.Tags)
  world.classicBalancers.set(name, balancer)
  await cloud.syncNetwork()
  return { DNSName: balancer.dnsName }
}

function schemeOf(asked = 'internet-facing'): 'internal' | 'internet-facing' {
  if (asked === 'internal' || asked === 'internet-facing') return asked
  throw new AwsFault('InvalidScheme', `Scheme '${asked}' is not valid`)
}
