import {
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import type { Tags } from '../cluster/tags.ts'
import { UserError } from '../kit/errors.ts'
import { clientTokenOf } from './client-token.ts'
import { ofCluster, tagged } from './tagged.ts'

/**
 * Full names of services by their short ones: `ssm` → `com.amazonaws.eu-west-1.ssm`. AWS is asked, since in China some of
 * the names begin otherwise.
 * @throws UserError when the region has no endpoints for one of them
 */
export async function endpointServices(
  ec2: EC2Client,
  region: string,
  shorts: readonly string[],
): Promise<string[]> {
  const { ServiceNames: names = [] } = await ec2.send(new DescribeVpcEndpointServicesCommand({}))
  return shorts.map((short) => {
    // Services that end alike have dots before: com.amazonaws.eu-west-1.ssm, and …ssm-contacts or …rds.ssm never.
    const name = names.find((one) => one.endsWith(`.${region}.${short}`))
    if (name) return name
    throw new UserError(`create-endpoints: ${region} has no VPC endpoints for ${short}`, {
      hint: 'Give the subnets a NAT gateway, or name public ones.',
    })
  })
}

/** Makes an interface endpoint that answers to the service's own name. */
export async function createEndpoint(
  ec2: EC2Client,
  wish: {
    service: string
    vpcId: string
    subnetIds: readonly string[]
    securityGroupId: string
    name: string
    tags: Tags
  },
): Promise<void> {
  await create(ec2, {
    VpcEndpointType: 'Interface',
    ServiceName: wish.service,
    VpcId: wish.vpcId,
    SubnetIds: [...wish.subnetIds],
    SecurityGroupIds: [wish.securityGroupId],
    PrivateDnsEnabled: true,
    TagSpecifications: tagged('vpc-endpoint', wish.name, wish.tags),
  })
}

/** Makes a gateway endpoint: a route to the service's addresses in each of the tables. */
export async function createGatewayEndpoint(
  ec2: EC2Client,
  wish: { service: string; vpcId: string; tableIds: readonly string[]; name: string; tags: Tags },
): Promise<void> {
  await create(ec2, {
    VpcEndpointType: 'Gateway',
    ServiceName: wish.service,
    VpcId: wish.vpcId,
    RouteTableIds: [...wish.tableIds],
    TagSpecifications: tagged('vpc-endpoint', wish.name, wish.tags),
  })
}

/**
 * The SDK gives this call no token. Without one the attempt after a lost answer would meet the first one's private DNS
 * name or route, and be refused.
 */
async function create(ec2: EC2Client, request: CreateVpcEndpointCommandInput): Promise<void> {
  await ec2.send(new CreateVpcEndpointCommand({ ...request, ClientToken: clientTokenOf(request) }))
}

export interface OwnEndpoint {
  readonly id: string
  readonly service: string
  /** None of a gateway. */
  readonly interfaces: number
  /** In lower case. */
  readonly state: string
}

/** The endpoints that were made for a cluster. */
export async function findOwnEndpoints(ec2: EC2Client, cluster: string): Promise<OwnEndpoint[]> {
  const { VpcEndpoints = [] } = await ec2.send(
    new DescribeVpcEndpointsCommand({ Filters: [ofCluster(cluster)] }),
  )
  return VpcEndpoints.map(({ VpcEndpointId: id = '', ServiceName: service = '', State, SubnetIds }) => ({
    ...{ id, service },
    interfaces: SubnetIds?.length ?? 0,
    state: String(State ?? '').toLowerCase(),
  }))
}
