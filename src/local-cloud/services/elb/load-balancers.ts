import type {
  DeleteAccessPointInput,
  DescribeAccessPointsInput,
  DescribeTagsInput,
  LoadBalancerDescription,
} from '@aws-sdk/client-elastic-load-balancing'
import { AwsFault } from '../../wire/service.ts'
import type { ClassicBalancer } from '../../world/load-balancer.ts'
import type { World } from '../../world/world.ts'
import { inBackground } from '../after.ts'
import type { Cloud } from '../cloud.ts'
import { vpcOf } from '../ec2/instance-view.ts'
import { detach } from '../elbv2/load-balancers.ts'
import { paginate } from '../paginate.ts'

const PAGE = 400

/** @throws AwsFault LoadBalancerNotFound */
function byNames({ classicBalancers }: World, names: readonly string[]): ClassicBalancer[] {
  return names.map((name) => {
    const found = classicBalancers.get(name)
    if (found) return found
    throw new AwsFault('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`)
  })
}

export function describeLoadBalancers({ world }: Cloud, input: DescribeAccessPointsInput) {
  const { LoadBalancerNames: names, PageSize: size = PAGE, Marker: marker } = input
  const asked = names?.length ? byNames(world, names) : [...world.classicBalancers.values()]
  const page = paginate(asked, size, marker, 'ValidationError')
  return { LoadBalancerDescriptions: page.items.map((one) => view(world, one)), NextMarker: page.next }
}

const view = (world: World, { nodes, ...one }: ClassicBalancer): LoadBalancerDescription => ({
  LoadBalancerName: one.name,
  DNSName: one.dnsName,
  ListenerDescriptions: one.listeners.map((Listener) => ({ Listener, PolicyNames: [] })),
  AvailabilityZones: nodes.map(({ zone }) => zone),
  Subnets: nodes.map(({ subnetId }) => subnetId),
  VPCId: vpcOf(world, nodes[0]?.subnetId),
  Instances: [],
  SecurityGroups: [...one.groupIds],
  CreatedTime: new Date(one.createdAt),
  Scheme: one.scheme,
})

/** One that isn't there is deleted already. */
export async function deleteLoadBalancer(
  cloud: Cloud,
  { LoadBalancerName: name = '' }: DeleteAccessPointInput,
) {
  const { world } = cloud
  const balancer = world.classicBalancers.get(name)
  if (!balancer) return {}
  world.classicBalancers.delete(name)
  world.tags.delete(balancer.arn)
  inBackground(cloud, () => detach(cloud, balancer))
  return {}
}

/** Of at most twenty, which the model checks. */
export const describeTags = ({ world }: Cloud, { LoadBalancerNames: names = [] }: DescribeTagsInput) => ({
  TagDescriptions: byNames(world, names).map(({ name, arn }) => ({
    LoadBalancerName: name,
    Tags: Object.entries(world.tags.get(arn) ?? {}).map(([Key, Value]) => ({ Key, Value })),
  })),
})
