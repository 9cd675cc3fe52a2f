import type {
  AvailabilityZone,
  DescribeAvailabilityZonesRequest,
  DescribeInternetGatewaysRequest,
  DescribeRouteTablesRequest,
} from '@aws-sdk/client-ec2'
import { VPC_CIDR } from '../../world/network.ts'
import type { Cloud } from '../cloud.ts'
import { chosenById } from './chosen-by-id.ts'
import { filtered } from './filters.ts'
import { tagList } from './tags.ts'

export function describeRouteTables({ world }: Cloud, input: DescribeRouteTablesRequest) {
  const { routeTableId, vpcId, gatewayId } = world.network
  const tables = chosenById(
    [{ id: routeTableId }],
    input.RouteTableIds,
    'routeTable',
    'InvalidRouteTableID.NotFound',
  )
  const found = filtered(world, tables, input.Filters, {
    'route-table-id': ({ id }) => [id],
    'vpc-id': () => [vpcId],
    'association.main': () => ['true'],
    // The main table has no explicit association with a subnet, so this finds nothing, as on AWS.
    'association.subnet-id': () => [],
    'route.gateway-id': () => ['local', gatewayId],
  })
  return {
    RouteTables: found.map(({ id }) => ({
      RouteTableId: id,
      VpcId: vpcId,
      OwnerId: world.account,
      Associations: [
        {
          Main: true,
          RouteTableId: id,
          RouteTableAssociationId: id.replace('rtb-', 'rtbassoc-'),
          AssociationState: { State: 'associated' },
        },
      ],
      Routes: [
        {
          DestinationCidrBlock: VPC_CIDR,
          GatewayId: 'local',
          State: 'active',
          Origin: 'CreateRouteTable',
        },
        { DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId, State: 'active', Origin: 'CreateRoute' },
      ],
      Tags: tagList(world, id),
    })),
  }
}

export function describeInternetGateways({ world }: Cloud, input: DescribeInternetGatewaysRequest) {
  const { gatewayId, vpcId } = world.network
  const gateways = chosenById(
    [{ id: gatewayId }],
    input.InternetGatewayIds,
    'internetGateway',
    'InvalidInternetGatewayID.NotFound',
  )
  const found = filtered(world, gateways, input.Filters, {
    'internet-gateway-id': ({ id }) => [id],
    'attachment.vpc-id': () => [vpcId],
    'attachment.state': () => ['available'],
  })
  return {
    InternetGateways: found.map(({ id }) => ({
      InternetGatewayId: id,
      OwnerId: world.account,
      Attachments: [{ VpcId: vpcId, State: 'available' }],
      Tags: tagList(world, id),
    })),
  }
}

export function describeAvailabilityZones({ world }: Cloud, input: DescribeAvailabilityZonesRequest) {
  const zones = world.network.subnets
    .map(({ zone, zoneId }) => ({ id: zone, zoneId }))
    .filter(({ id }) => !input.ZoneNames?.length || input.ZoneNames.includes(id))
  const found = filtered(world, zones, input.Filters, {
    'zone-name': ({ id }) => [id],
    'zone-id': ({ zoneId }) => [zoneId],
    'zone-type': () => ['availability-zone'],
    'region-name': () => [world.region],
    'opt-in-status': () => ['opt-in-not-required'],
    state: () => ['available'],
  })
  return {
    AvailabilityZones: found.map(
      ({ id, zoneId }): AvailabilityZone => ({
        ZoneName: id,
        ZoneId: zoneId,
        RegionName: world.region,
        State: 'available',
        ZoneType: 'availability-zone',
        OptInStatus: 'opt-in-not-required',
        GroupName: world.region,
      }),
    ),
  }
}
