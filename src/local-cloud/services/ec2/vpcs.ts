import type { DescribeSubnetsRequest, DescribeVpcsRequest, Subnet as SubnetView } from '@aws-sdk/client-ec2'
import { SUBNET_ADDRESSES, SUBNET_PREFIX, type Subnet, VPC_CIDR } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { chosenById } from './chosen-by-id.ts'
import { filtered } from './filters.ts'
import { tagList } from './tags.ts'

export function describeVpcs({ world }: Cloud, input: DescribeVpcsRequest) {
  const { vpcId, isDefault } = world.network
  const vpcs = chosenById([{ id: vpcId }], input.VpcIds, 'vpc', 'InvalidVpcID.NotFound')
  const found = filtered(world, vpcs, input.Filters, {
    'vpc-id': ({ id }) => [id],
    'is-default': () => [String(isDefault)],
    isDefault: () => [String(isDefault)],
    cidr: () => [VPC_CIDR],
    state: () => ['available'],
  })
  return {
    Vpcs: found.map(({ id }) => ({
      VpcId: id,
      CidrBlock: VPC_CIDR,
      CidrBlockAssociationSet: [
        {
          CidrBlock: VPC_CIDR,
          CidrBlockState: { State: 'associated' as const },
          AssociationId: id.replace('vpc-', 'vpc-cidr-assoc-'),
        },
      ],
      IsDefault: isDefault,
      State: 'available',
      OwnerId: world.account,
      InstanceTenancy: 'default',
      Tags: tagList(world, id),
    })),
  }
}

export function describeSubnets({ world }: Cloud, input: DescribeSubnetsRequest) {
  const subnets = chosenById(world.network.subnets, input.SubnetIds, 'subnet', 'InvalidSubnetID.NotFound')
  const found = filtered(world, subnets, input.Filters, {
    'subnet-id': ({ id }) => [id],
    'vpc-id': () => [world.network.vpcId],
    'availability-zone': ({ zone }) => [zone],
    'availability-zone-id': ({ zoneId }) => [zoneId],
    'default-for-az': () => ['true'],
    'map-public-ip-on-launch': () => ['true'],
    'cidr-block': ({ base }) => [`${base}/${SUBNET_PREFIX}`],
    state: () => ['available'],
  })
  return { Subnets: found.map((subnet) => subnetView(world, subnet)) }
}

function subnetView(world: World, { id, zone, zoneId, base }: Subnet): SubnetView {
  const used = [...world.interfaces.values()].filter(({ subnetId }) => subnetId === id).length
  return {
    SubnetId: id,
    SubnetArn: `arn:aws:ec2:${world.region}:${world.account}:subnet/${id}`,
    VpcId: world.network.vpcId,
    AvailabilityZone: zone,
    AvailabilityZoneId: zoneId,
    CidrBlock: `${base}/${SUBNET_PREFIX}`,
    AvailableIpAddressCount: SUBNET_ADDRESSES - used,
    DefaultForAz: true,
    MapPublicIpOnLaunch: true,
    AssignIpv6AddressOnCreation: false,
    Ipv6Native: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    State: 'available',
    OwnerId: world.account,
    Tags: tagList(world, id),
  }
}
