import type { Permission } from './permission.ts'
import { asking, deploy, ec2, keepAndRemove, network, OURS, on, remove, TAGGED, tagsOnly } from './terms.ts'

export const groups: readonly Permission[] = [
  ...asking(keepAndRemove, 'their tags say whose the cluster is', 'ec2:DescribeSecurityGroups'),
  ...on(ec2('vpc'), deploy, 'security groups stand in a VPC', ['ec2:CreateSecurityGroup']),
  ...on(ec2('security-group'), deploy, 'of nodes and balancer', ['ec2:CreateSecurityGroup'], TAGGED),
  ...on(ec2('security-group'), deploy, 'the port matrix', ['ec2:AuthorizeSecurityGroupIngress'], OURS),
  ...on(
    ec2('security-group'),
    remove,
    'a group that another one’s rule names can’t be deleted',
    ['ec2:RevokeSecurityGroupIngress', 'ec2:DeleteSecurityGroup'],
    OURS,
  ),
]

const wayOut = 'whether machines in a subnet reach AWS’s services'
export const ownNetwork: readonly Permission[] = [
  ...asking(keepAndRemove, wayOut, 'ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints'),
  ...asking(network, 'zones for a VPC of the cluster’s own', 'ec2:DescribeAvailabilityZones'),
  ...asking(keepAndRemove, 'what a cluster has of a network of its own', 'ec2:DescribeInternetGateways'),
  ...on(ec2('vpc'), network, 'a VPC of the cluster’s own', ['ec2:CreateVpc'], TAGGED),
  ...on(ec2('subnet'), network, 'a subnet in each zone', ['ec2:CreateSubnet'], TAGGED),
  ...on(ec2('internet-gateway'), network, 'its way out', ['ec2:CreateInternetGateway'], TAGGED),
  ...on(ec2('route-table'), network, 'its routes', ['ec2:CreateRouteTable'], TAGGED),
  ...on(
    ec2('vpc'),
    network,
    'they stand in that VPC only',
    ['ec2:CreateSubnet', 'ec2:CreateRouteTable', 'ec2:AttachInternetGateway'],
    OURS,
  ),
  ...on(
    ec2('subnet'),
    network,
    'public addresses, and the way out',
    ['ec2:ModifySubnetAttribute', 'ec2:AssociateRouteTable'],
    OURS,
  ),
  ...on(ec2('route-table'), network, 'the way out', ['ec2:CreateRoute', 'ec2:AssociateRouteTable'], OURS),
  ...on(ec2('internet-gateway'), network, 'the way out', ['ec2:AttachInternetGateway'], OURS),
  ...on(
    'ec2:*:*:*/*',
    network,
    'tags are set in the call that creates, and by no other',
    ['ec2:CreateTags'],
    tagsOnly(
      'ec2',
      ...['CreateVpc', 'CreateSubnet', 'CreateInternetGateway', 'CreateRouteTable', 'CreateVpcEndpoint'],
    ),
  ),
  ...asking(network, 'names of AWS’s services', 'ec2:DescribeVpcEndpointServices'),
  ...on(ec2('vpc'), network, 'whether endpoints may have private DNS', ['ec2:DescribeVpcAttribute']),
  ...on(ec2('vpc-endpoint'), network, 'ways to Systems Manager', ['ec2:CreateVpcEndpoint'], TAGGED),
  ...on(ec2('vpc'), network, 'endpoints stand in a VPC of yours', ['ec2:CreateVpcEndpoint']),
  ...on(ec2('subnet'), network, 'and in its subnets', ['ec2:CreateVpcEndpoint']),
  ...on(ec2('route-table'), network, 'and, that of S3, in their routes', ['ec2:CreateVpcEndpoint']),
  ...on(ec2('security-group'), network, 'open to the nodes', ['ec2:CreateVpcEndpoint'], OURS),
  ...asking(network, 'their private names', 'route53:AssociateVPCWithHostedZone'),
  ...on(ec2('vpc'), remove, 'the VPC goes last', ['ec2:DetachInternetGateway', 'ec2:DeleteVpc'], OURS),
  ...on(ec2('subnet'), remove, 'its subnets', ['ec2:DeleteSubnet'], OURS),
  ...on(ec2('route-table'), remove, 'its routes', ['ec2:DeleteRouteTable'], OURS),
  ...on(
    ec2('internet-gateway'),
    remove,
    'its way out',
    ['ec2:DetachInternetGateway', 'ec2:DeleteInternetGateway'],
    OURS,
  ),
  ...on(ec2('vpc-endpoint'), remove, 'endpoints cost by the hour', ['ec2:DeleteVpcEndpoints'], OURS),
]
