import type { CreateVpcEndpointRequest, TagSpecification } from '@aws-sdk/client-ec2'
import type { World } from '../../world/world.ts'
import { type Demand, ofAnything, type Rule, type Rules, requestTags } from './demand.ts'
import { made, standing, tagging } from './ec2-demands.ts'

const DESCRIBING =
  'DescribeAvailabilityZones DescribeInternetGateways DescribeRouteTables DescribeSubnets DescribeVpcEndpointServices DescribeVpcEndpoints DescribeVpcs'

interface Making {
  TagSpecifications?: TagSpecification[]
}

/** One resource that the call makes, with its tags. */
const making = (world: World, operation: string, type: string, { TagSpecifications }: Making): Demand[] => [
  made(world, type, requestTags(TagSpecifications?.[0]?.Tags)),
  ...tagging(world, operation, TagSpecifications),
]

/** Every one of the call's resources, by the members that name them. */
const standingOf =
  (...members: string[]): Rule =>
  (world, input: Record<string, string | undefined>) =>
    members.map((member) => standing(world, input[member] ?? ''))

function createEndpoint(world: World, input: CreateVpcEndpointRequest & Making): Demand[] {
  const { VpcId, RouteTableIds: tables = [], SecurityGroupIds: groups = [], SubnetIds: subnets = [] } = input
  return [
    ...making(world, 'CreateVpcEndpoint', 'vpc-endpoint', input),
    ...[VpcId ?? '', ...tables, ...groups, ...subnets].map((id) => standing(world, id)),
    ...hostingNames(input),
  ]
}

/** The zone with an interface endpoint's private names is AWS's own; the caller must be allowed to put it on a VPC. */
const hostingNames = ({ VpcEndpointType, PrivateDnsEnabled }: CreateVpcEndpointRequest): Demand[] =>
  VpcEndpointType === 'Interface' && PrivateDnsEnabled
    ? [{ action: 'route53:AssociateVPCWithHostedZone', resource: 'arn:aws:route53:::hostedzone/*', keys: {} }]
    : []

/** As `ec2Rules`, of what machines are connected by. */
export const networkRules: Rules = {
  ...ofAnything(DESCRIBING),
  CreateVpc: (world, input: Making) => making(world, 'CreateVpc', 'vpc', input),
  DescribeVpcAttribute: standingOf('VpcId'),
  ModifyVpcAttribute: standingOf('VpcId'),
  DeleteVpc: standingOf('VpcId'),
  CreateSubnet: (world, input: Making & { VpcId?: string }) => [
    ...making(world, 'CreateSubnet', 'subnet', input),
    standing(world, input.VpcId ?? ''),
  ],
  ModifySubnetAttribute: standingOf('SubnetId'),
  DeleteSubnet: standingOf('SubnetId'),
  CreateInternetGateway: (world, input: Making) =>
    making(world, 'CreateInternetGateway', 'internet-gateway', input),
  AttachInternetGateway: standingOf('InternetGatewayId', 'VpcId'),
  DetachInternetGateway: standingOf('InternetGatewayId', 'VpcId'),
  DeleteInternetGateway: standingOf('InternetGatewayId'),
  CreateRouteTable: (world, input: Making & { VpcId?: string }) => [
    ...making(world, 'CreateRouteTable', 'route-table', input),
    standing(world, input.VpcId ?? ''),
  ],
  CreateRoute: standingOf('RouteTableId'),
  AssociateRouteTable: standingOf('RouteTableId', 'SubnetId'),
  DeleteRouteTable: standingOf('RouteTableId'),
  CreateVpcEndpoint: createEndpoint,
  DeleteVpcEndpoints: (world, { VpcEndpointIds: ids = [] }: { VpcEndpointIds?: string[] }) =>
    ids.map((id) => standing(world, id)),
}
