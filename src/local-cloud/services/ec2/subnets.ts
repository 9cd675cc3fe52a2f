import type {
  CreateSubnetRequest,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  ModifySubnetAttributeRequest,
  Subnet as SubnetView,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { addressesIn, isWithin, overlaps, rangeOf } from '../../world/addresses.ts'
import { newId } from '../../world/ids.ts'
import type { Subnet, Zone } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { chosenById } from './chosen-by-id.ts'
import { endDryRun } from './dry-run.ts'
import { filtered } from './filters.ts'
import { refuseWhileNeeded } from './refuse-while-needed.ts'
import { addTags, specifiedTags, tagList } from './tags.ts'
import { vpcById } from './vpcs.ts'

export function describeSubnets({ world }: Cloud, input: DescribeSubnetsRequest) {
  const all = [...world.network.subnets.values()]
  const subnets = chosenById(all, input.SubnetIds, 'subnet', 'InvalidSubnetID.NotFound')
  const found = filtered(world, subnets, input.Filters, {
    'subnet-id': ({ id }) => [id],
    'vpc-id': ({ vpcId }) => [vpcId],
    'availability-zone': ({ zone }) => [zone],
    'availability-zone-id': ({ zoneId }) => [zoneId],
    'default-for-az': ({ isDefault }) => [String(isDefault)],
    'map-public-ip-on-launch': ({ publicAddresses }) => [String(publicAddresses)],
    'cidr-block': ({ cidr }) => [cidr],
    state: () => ['available'],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { Subnets: page.items.map((subnet) => subnetView(world, subnet)), NextToken: page.next }
}

function subnetView(world: World, subnet: Subnet): SubnetView {
  const { id, vpcId, zone, zoneId, cidr, isDefault, publicAddresses } = subnet
  return {
    SubnetId: id,
    SubnetArn: `arn:aws:ec2:${world.region}:${world.account}:subnet/${id}`,
    VpcId: vpcId,
    AvailabilityZone: zone,
    AvailabilityZoneId: zoneId,
    CidrBlock: cidr,
    AvailableIpAddressCount: freeAddressesIn(world, subnet),
    DefaultForAz: isDefault,
    MapPublicIpOnLaunch: publicAddresses,
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

const interfacesIn = ({ interfaces }: World, id: string) =>
  [...interfaces.values()].filter(({ subnetId }) => subnetId === id).length

/** How many machines or balancers could still get an address of the subnet. */
export const freeAddressesIn = (world: World, subnet: Subnet): number =>
  addressesIn(subnet) - interfacesIn(world, subnet.id)

/** @throws AwsFault InvalidSubnetID.NotFound */
export function subnetById({ network }: World, id: string | undefined): Subnet {
  const subnet = network.subnets.get(id ?? '')
  if (subnet) return subnet
  throw new AwsFault('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`)
}

/** @throws AwsFault InvalidSubnet.Range, InvalidSubnet.Conflict */
export function createSubnet({ world }: Cloud, input: CreateSubnetRequest) {
  const vpc = vpcById(world, input.VpcId)
  const cidr = input.CidrBlock ?? ''
  const prefix = rangeOf(cidr)?.prefix ?? 0
  if (prefix < 16 || prefix > 28 || !isWithin(cidr, vpc.cidr))
    throw new AwsFault('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`)
  const { subnets } = world.network
  if ([...subnets.values()].some((other) => other.vpcId === vpc.id && overlaps(other.cidr, cidr)))
    throw new AwsFault('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`)
  const zone = zoneFor(world, input)
  const tags = specifiedTags(input.TagSpecifications, ['subnet'])
  endDryRun(input)
  const subnet: Subnet = {
    ...{ id: newId('subnet'), vpcId: vpc.id, zone: zone.name, zoneId: zone.id, cidr },
    isDefault: false,
    publicAddresses: false,
  }
  subnets.set(subnet.id, subnet)
  addTags(world, subnet.id, tags['subnet'] ?? {})
  return { Subnet: subnetView(world, subnet) }
}

function zoneFor({ network: { zones } }: World, { AvailabilityZone: name }: CreateSubnetRequest): Zone {
  const zone = name === undefined ? zones[0] : zones.find((one) => one.name === name)
  if (zone) return zone
  throw new AwsFault(
    'InvalidParameterValue',
    `Value (${name}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.map((one) => one.name).join(', ')}.`,
  )
}

export function modifySubnetAttribute({ world }: Cloud, input: ModifySubnetAttributeRequest): void {
  const subnet = subnetById(world, input.SubnetId)
  const publicAddresses = input.MapPublicIpOnLaunch?.Value ?? subnet.publicAddresses
  world.network.subnets.set(subnet.id, { ...subnet, publicAddresses })
}

/** Its association with a route table goes with it. @throws AwsFault DependencyViolation while an interface is in it */
export function deleteSubnet({ world }: Cloud, input: DeleteSubnetRequest): void {
  const { id } = subnetById(world, input.SubnetId)
  refuseWhileNeeded('subnet', id, interfacesIn(world, id) > 0)
  endDryRun(input)
  const { subnets, routeTables } = world.network
  for (const table of routeTables.values()) {
    const associations = new Map([...table.associations].filter(([, subnetId]) => subnetId !== id))
    routeTables.set(table.id, { ...table, associations })
  }
  subnets.delete(id)
  world.lastAddresses.delete(id)
  world.tags.delete(id)
}
