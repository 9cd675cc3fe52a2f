import type {
  DescribeNetworkInterfacesRequest,
  NetworkInterface as NetworkInterfaceView,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import type { NetworkInterface } from '../../world/network-interface.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { filtered } from './filters.ts'
import { groupsOf, vpcOf } from './instance-view.ts'
import { tagList } from './tags.ts'

/** What kind of service holds an interface; undefined for a machine's. */
function holderOf({ balancerArn, endpointId }: NetworkInterface) {
  if (balancerArn !== undefined) {
    const kind = balancerArn.includes('/net/') ? 'network_load_balancer' : 'interface'
    return { requester: 'amazon-elb', kind } as const
  }
  return endpointId === undefined ? undefined : ({ requester: 'amazon-vpce', kind: 'vpc_endpoint' } as const)
}

export function describeNetworkInterfaces({ world }: Cloud, input: DescribeNetworkInterfacesRequest) {
  const found = filtered(world, asked(world, input.NetworkInterfaceIds ?? []), input.Filters, {
    'network-interface-id': ({ id }) => [id],
    'group-id': ({ groupIds }) => groupIds,
    'group-name': ({ groupIds }) => groupIds.map((id) => world.securityGroups.get(id)?.name),
    'subnet-id': ({ subnetId }) => [subnetId],
    'vpc-id': ({ subnetId }) => [vpcOf(world, subnetId)],
    'availability-zone': ({ zone }) => [zone],
    description: ({ description }) => [description],
    'attachment.instance-id': ({ instanceId }) => [instanceId],
    'requester-id': (one) => [holderOf(one)?.requester],
    'requester-managed': (one) => [String(holderOf(one) !== undefined)],
    'private-ip-address': ({ privateIp }) => [privateIp],
    'addresses.private-ip-address': ({ privateIp }) => [privateIp],
    'interface-type': (one) => [holderOf(one)?.kind ?? 'interface'],
    status: () => ['in-use'],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { NetworkInterfaces: page.items.map((one) => interfaceView(world, one)), NextToken: page.next }
}

/** @throws AwsFault InvalidNetworkInterfaceID.NotFound */
function asked(world: World, ids: readonly string[]): NetworkInterface[] {
  if (ids.length === 0) return [...world.interfaces.values()]
  return ids.map((id) => {
    const found = world.interfaces.get(id)
    if (found) return found
    throw new AwsFault('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`)
  })
}

function interfaceView(world: World, one: NetworkInterface): NetworkInterfaceView {
  const holder = holderOf(one)
  const managed = holder !== undefined
  return {
    NetworkInterfaceId: one.id,
    SubnetId: one.subnetId,
    VpcId: vpcOf(world, one.subnetId),
    AvailabilityZone: one.zone,
    PrivateIpAddress: one.privateIp,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: one.privateIp }],
    MacAddress: one.mac,
    Description: one.description,
    Groups: groupsOf(world, one.groupIds),
    InterfaceType: holder?.kind ?? 'interface',
    OwnerId: world.account,
    RequesterId: holder?.requester,
    RequesterManaged: managed,
    Status: 'in-use',
    Attachment: {
      DeviceIndex: managed ? 1 : 0,
      DeleteOnTermination: !managed,
      Status: 'attached',
      ...(one.instanceId === undefined
        ? { InstanceOwnerId: holder?.requester }
        : { InstanceId: one.instanceId, InstanceOwnerId: world.account }),
    },
    TagSet: tagList(world, one.id),
  }
}
