import {
  DescribeRouteTablesCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
  type IpPermission,
  type RouteTable as RouteTableView,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2'
import { tagKeys } from '../cluster/tags.ts'
import type { Endpoint, GatewayEndpoint, RouteTable } from '../cluster/ways-out.ts'
import { readGroups } from './security-groups.ts'
import { tagsOf } from './tag-list.ts'

/** All route tables of a VPC. */
export async function routeTablesOf(ec2: EC2Client, vpcId: string): Promise<RouteTable[]> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }]
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }))
  return RouteTables.map(({ Associations = [], RouteTableId: id = '', ...table }) => ({
    id,
    main: Associations.some(({ Main }) => Main === true),
    subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    wayOut: wayOutOf(table),
  }))
}

function wayOutOf({ Routes = [] }: RouteTableView): string | undefined {
  const route = Routes.find((one) => one.DestinationCidrBlock === '0.0.0.0/0' && one.State === 'active')
  return (
    route?.GatewayId ??
    route?.NatGatewayId ??
    route?.TransitGatewayId ??
    route?.NetworkInterfaceId ??
    route?.VpcPeeringConnectionId ??
    route?.CoreNetworkArn
  )
}

/** The gateway endpoints of a VPC that are not on their way out. */
export async function findGatewayEndpoints(ec2: EC2Client, vpcId: string): Promise<GatewayEndpoint[]> {
  const standing = await endpointsOf(ec2, vpcId, 'Gateway')
  return standing.map(({ ServiceName: service = '', RouteTableIds: tableIds = [] }) => ({
    service,
    tableIds,
  }))
}

async function endpointsOf(
  ec2: EC2Client,
  vpcId: string,
  kind: 'Gateway' | 'Interface',
): Promise<VpcEndpoint[]> {
  const Filters = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'vpc-endpoint-type', Values: [kind] },
  ]
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }))
  return VpcEndpoints.filter(({ State }) => !/^delet/i.test(State ?? ''))
}

/** The interface endpoints of a VPC that are not on their way out. */
export async function interfaceEndpointsOf(ec2: EC2Client, vpcId: string): Promise<Endpoint[]> {
  const standing = await endpointsOf(ec2, vpcId, 'Interface')
  const groupIds = standing.flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId }) => GroupId ?? []))
  const rules = await readGroups(ec2, groupIds)
  return standing.map((one) => inOurWords(one, rules))
}

const inOurWords = (
  endpoint: VpcEndpoint,
  rules: ReadonlyMap<string, readonly IpPermission[]>,
): Endpoint => ({
  ...ownerOf(endpoint),
  id: endpoint.VpcEndpointId ?? '',
  service: endpoint.ServiceName ?? '',
  available: /^(available|pending)$/i.test(endpoint.State ?? ''),
  privateDns: endpoint.PrivateDnsEnabled ?? false,
  admits: (endpoint.Groups ?? []).flatMap(({ GroupId = '' }) =>
    (rules.get(GroupId) ?? []).filter(coversHttps).flatMap(admitted),
  ),
})

function ownerOf({ Tags }: VpcEndpoint): { cluster?: string } {
  const cluster = tagsOf(Tags)[tagKeys.cluster]
  return cluster ? { cluster } : {}
}

const HTTPS = 443

const coversHttps = ({ IpProtocol, FromPort = 0, ToPort = 65_535 }: IpPermission) =>
  IpProtocol === '-1' || (IpProtocol === 'tcp' && FromPort <= HTTPS && HTTPS <= ToPort)

/** What a prefix list holds is not asked: it counts as everything. A group is of other machines than those of a new cluster. */
const admitted = ({ IpRanges = [], PrefixListIds = [] }: IpPermission): string[] => [
  ...IpRanges.flatMap(({ CidrIp }) => CidrIp ?? []),
  ...(PrefixListIds.length ? ['0.0.0.0/0'] : []),
]

/** Whether endpoints in this VPC can answer to the services' own names. */
export async function allowsPrivateDns(ec2: EC2Client, VpcId: string): Promise<boolean> {
  const [{ EnableDnsSupport: support }, { EnableDnsHostnames: hostnames }] = await Promise.all([
    ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' })),
    ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' })),
  ])
  return Boolean(support?.Value && hostnames?.Value)
}
