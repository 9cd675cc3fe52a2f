import type {
  DeleteLoadBalancerInput,
  DescribeLoadBalancersInput,
  LoadBalancer as LoadBalancerView,
  SetSecurityGroupsInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import type { BalancerNode, LoadBalancer } from '../../world/load-balancer.ts'
import type { World } from '../../world/world.ts'
import { delay, inBackground } from '../after.ts'
import type { Cloud } from '../cloud.ts'
import { vpcOf } from '../ec2/instance-view.ts'
import { paginate } from '../paginate.ts'
import { balancerByArn, refuseMissingGroups } from './find.ts'

const PAGE = 400
/** How long a deleted balancer's interfaces stay: "minutes", two to five typically (AWS documentation). */
const LINGERING_SECONDS = 120

/** @throws AwsFault LoadBalancerNotFound for a name or ARN that isn't there */
export function describeLoadBalancers({ world }: Cloud, input: DescribeLoadBalancersInput) {
  const all = [...world.loadBalancers.values()]
  const missing = input.Names?.filter((name) => !all.some((one) => one.name === name)) ?? []
  if (missing.length > 0)
    throw new AwsFault('LoadBalancerNotFound', `Load balancers '[${missing.join(', ')}]' not found`)
  const wanted = input.LoadBalancerArns?.length
    ? input.LoadBalancerArns.map((arn) => balancerByArn(world, arn))
    : all.filter(({ name }) => !input.Names?.length || input.Names.includes(name))
  const page = paginate(wanted, input.PageSize ?? PAGE, input.Marker, 'ValidationError')
  return { LoadBalancers: page.items.map((one) => balancerView(world, one)), NextMarker: page.next }
}

export function balancerView(world: World, balancer: LoadBalancer): LoadBalancerView {
  return {
    LoadBalancerArn: balancer.arn,
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: 'Z2IFOLAFXWLO4F',
    CreatedTime: new Date(balancer.createdAt),
    Scheme: balancer.scheme,
    Type: 'network',
    IpAddressType: 'ipv4',
    VpcId: vpcOf(world, balancer.nodes[0]?.subnetId),
    State: { Code: balancer.state },
    SecurityGroups: [...balancer.groupIds],
    AvailabilityZones: balancer.nodes.map(({ zone, subnetId }) => ({
      ZoneName: zone,
      SubnetId: subnetId,
      LoadBalancerAddresses: [],
    })),
  }
}

/** Deletes the listeners too. One that isn't there is deleted already. @throws AwsFault OperationNotPermitted */
export async function deleteLoadBalancer(cloud: Cloud, input: DeleteLoadBalancerInput) {
  const { world } = cloud
  const balancer = world.loadBalancers.get(input.LoadBalancerArn ?? '')
  if (!balancer) return {}
  if (balancer.attributes['deletion_protection.enabled'] === 'true')
    throw new AwsFault(
      'OperationNotPermitted',
      `Load balancer '${balancer.arn}' cannot be deleted because deletion protection is enabled`,
    )
  for (const listener of [...world.listeners.values()].filter((one) => one.balancerArn === balancer.arn)) {
    world.listeners.delete(listener.arn)
    world.tags.delete(listener.arn)
  }
  world.loadBalancers.delete(balancer.arn)
  world.tags.delete(balancer.arn)
  await cloud.syncNetwork()
  inBackground(cloud, () => detach(cloud, balancer))
  return {}
}

/** Takes a deleted balancer's interfaces away, later. */
export async function detach(cloud: Cloud, { nodes }: { nodes: readonly BalancerNode[] }): Promise<void> {
  await delay(cloud.world, LINGERING_SECONDS)
  for (const { interfaceId } of nodes) cloud.world.interfaces.delete(interfaceId)
  await cloud.syncNetwork()
}

/** @throws AwsFault InvalidConfigurationRequest for a balancer created without security groups */
export async function setSecurityGroups(cloud: Cloud, input: SetSecurityGroupsInput) {
  const { world } = cloud
  const balancer = balancerByArn(world, input.LoadBalancerArn)
  const groupIds = input.SecurityGroups ?? []
  if (balancer.groupIds.length === 0)
    throw new AwsFault(
      'InvalidConfigurationRequest',
      'You cannot associate security groups with a Network Load Balancer that was created without any',
    )
  refuseMissingGroups(world, groupIds.length ? groupIds : [''])
  world.loadBalancers.set(balancer.arn, { ...balancer, groupIds })
  for (const { interfaceId } of balancer.nodes) {
    const nic = world.interfaces.get(interfaceId)
    if (nic) world.interfaces.set(interfaceId, { ...nic, groupIds })
  }
  await cloud.syncNetwork()
  return { SecurityGroupIds: groupIds }
}
