import { type Operation, operation } from '../cloud.ts'
import { createVpcEndpoint } from './create-endpoint.ts'
import { describeVpcEndpointServices } from './endpoint-services.ts'
import { deleteVpcEndpoints, describeVpcEndpoints } from './endpoints.ts'
import * as gateways from './internet-gateways.ts'
import * as tables from './route-tables.ts'
import * as subnets from './subnets.ts'
import * as vpcs from './vpcs.ts'
import { describeAvailabilityZones } from './zones.ts'

const PAGED = ['Filters', 'MaxResults', 'NextToken'] as const

/** EC2's operations on what machines are connected by. */
export const networkOperations: Readonly<Record<string, Operation>> = {
  DescribeAvailabilityZones: operation(describeAvailabilityZones, ['ZoneNames', 'Filters']),
  DescribeVpcs: operation(vpcs.describeVpcs, ['VpcIds', ...PAGED]),
  CreateVpc: operation(vpcs.createVpc, ['CidrBlock', 'DryRun', 'TagSpecifications']),
  DeleteVpc: operation(vpcs.deleteVpc, ['DryRun', 'VpcId']),
  DescribeVpcAttribute: operation(vpcs.describeVpcAttribute, ['Attribute', 'VpcId']),
  ModifyVpcAttribute: operation(vpcs.modifyVpcAttribute, ['EnableDnsHostnames', 'EnableDnsSupport', 'VpcId']),
  DescribeSubnets: operation(subnets.describeSubnets, ['SubnetIds', ...PAGED]),
  CreateSubnet: operation(subnets.createSubnet, [
    'AvailabilityZone',
    'CidrBlock',
    'DryRun',
    'TagSpecifications',
    'VpcId',
  ]),
  ModifySubnetAttribute: operation(subnets.modifySubnetAttribute, ['MapPublicIpOnLaunch', 'SubnetId']),
  DeleteSubnet: operation(subnets.deleteSubnet, ['DryRun', 'SubnetId']),
  DescribeInternetGateways: operation(gateways.describeInternetGateways, ['InternetGatewayIds', ...PAGED]),
  CreateInternetGateway: operation(gateways.createInternetGateway, ['DryRun', 'TagSpecifications']),
  AttachInternetGateway: operation(gateways.attachInternetGateway, ['DryRun', 'InternetGatewayId', 'VpcId']),
  DetachInternetGateway: operation(gateways.detachInternetGateway, ['DryRun', 'InternetGatewayId', 'VpcId']),
  DeleteInternetGateway: operation(gateways.deleteInternetGateway, ['DryRun', 'InternetGatewayId']),
  DescribeRouteTables: operation(tables.describeRouteTables, ['RouteTableIds', ...PAGED]),
  CreateRouteTable: operation(tables.createRouteTable, [
    'ClientToken',
    'DryRun',
    'TagSpecifications',
    'VpcId',
  ]),
  CreateRoute: operation(tables.createRoute, ['DestinationCidrBlock', 'DryRun', 'GatewayId', 'RouteTableId']),
  AssociateRouteTable: operation(tables.associateRouteTable, ['DryRun', 'RouteTableId', 'SubnetId']),
  DeleteRouteTable: operation(tables.deleteRouteTable, ['DryRun', 'RouteTableId']),
  DescribeVpcEndpointServices: operation(describeVpcEndpointServices, ['Filters', 'ServiceNames']),
  DescribeVpcEndpoints: operation(describeVpcEndpoints, ['VpcEndpointIds', ...PAGED]),
  CreateVpcEndpoint: operation(createVpcEndpoint, [
    'ClientToken',
    'DryRun',
    'PrivateDnsEnabled',
    'RouteTableIds',
    'SecurityGroupIds',
    'ServiceName',
    'SubnetIds',
    'TagSpecifications',
    'VpcEndpointType',
    'VpcId',
  ]),
  DeleteVpcEndpoints: operation(deleteVpcEndpoints, ['DryRun', 'VpcEndpointIds']),
}
