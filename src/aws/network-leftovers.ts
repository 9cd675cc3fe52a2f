import {
  DeleteInternetGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  DetachInternetGatewayCommand,
  type EC2Client,
  type Filter,
  paginateDescribeInternetGateways,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
  type Tag,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2'
import { goneNow } from './errors.ts'
import { ec2Filters, type Leftover, type Search } from './leftover.ts'
import { tagsOf } from './tag-list.ts'
import { ofCluster } from './tagged.ts'

type Asked = { Filters: Filter[] }

/** What carries our tag. Kubernetes makes no networks: what has only its tag is a user's own. */
async function collect<Page>(
  { cluster }: Search,
  ask: (asked: Asked) => AsyncIterable<Page>,
  inPage: (page: Page) => readonly { id: string | undefined; Tags: Tag[] | undefined }[] | undefined,
): Promise<Leftover[]> {
  const found: Leftover[] = []
  for (const Filters of ec2Filters({ cluster }))
    for await (const page of ask({ Filters }))
      for (const { id = '', Tags } of inPage(page) ?? []) found.push({ id, name: id, tags: tagsOf(Tags) })
  return found
}

export const findVpcs = (client: EC2Client, search: Search) =>
  collect(
    search,
    (asked) => paginateDescribeVpcs({ client }, asked),
    ({ Vpcs }) => Vpcs?.map(({ VpcId: id, Tags }) => ({ id, Tags })),
  )

export const findSubnets = (client: EC2Client, search: Search) =>
  collect(
    search,
    (asked) => paginateDescribeSubnets({ client }, asked),
    ({ Subnets }) => Subnets?.map(({ SubnetId: id, Tags }) => ({ id, Tags })),
  )

export const findRouteTables = (client: EC2Client, search: Search) =>
  collect(
    search,
    (asked) => paginateDescribeRouteTables({ client }, asked),
    ({ RouteTables }) => RouteTables?.map(({ RouteTableId: id, Tags }) => ({ id, Tags })),
  )

export const findGateways = (client: EC2Client, search: Search) =>
  collect(
    search,
    (asked) => paginateDescribeInternetGateways({ client }, asked),
    ({ InternetGateways }) => InternetGateways?.map(({ InternetGatewayId: id, Tags }) => ({ id, Tags })),
  )

/** Those that are being deleted still hold their security group. */
export const findEndpoints = (client: EC2Client, search: Search) =>
  collect(
    search,
    (asked) => paginateDescribeVpcEndpoints({ client }, asked),
    ({ VpcEndpoints }) => VpcEndpoints?.map(({ VpcEndpointId: id, Tags }) => ({ id, Tags })),
  )

/** Interfaces of a cluster's endpoints, which are what is charged for, and since when in milliseconds since the epoch. */
export async function endpointInterfaces(
  client: EC2Client,
  cluster: string,
): Promise<{ readonly createdAt: number; readonly interfaces: number }[]> {
  const found: VpcEndpoint[] = []
  for await (const page of paginateDescribeVpcEndpoints({ client }, { Filters: [ofCluster(cluster)] }))
    found.push(...(page.VpcEndpoints ?? []))
  return found
    .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface')
    .map(({ CreationTimestamp, SubnetIds = [] }) => ({
      createdAt: CreationTimestamp?.getTime() ?? Number.NaN,
      interfaces: SubnetIds.length,
    }))
    .filter(({ createdAt }) => !Number.isNaN(createdAt))
}

const goneBy = (gone: string, deletion: Promise<unknown>) =>
  goneNow(deletion, { gone, held: ['DependencyViolation'] })

export const deleteSubnet = (ec2: EC2Client, SubnetId: string) =>
  goneBy('InvalidSubnetID.NotFound', ec2.send(new DeleteSubnetCommand({ SubnetId })))

export const deleteRouteTable = (ec2: EC2Client, RouteTableId: string) =>
  goneBy('InvalidRouteTableID.NotFound', ec2.send(new DeleteRouteTableCommand({ RouteTableId })))

export const deleteVpc = (ec2: EC2Client, VpcId: string) =>
  goneBy('InvalidVpcID.NotFound', ec2.send(new DeleteVpcCommand({ VpcId })))

/** It is attached to one VPC at most, and can't be detached while public addresses of that are in use. */
export async function deleteGateway(ec2: EC2Client, id: string): Promise<boolean> {
  const vpcId = await attachedTo(ec2, id)
  const detached = vpcId === undefined || (await detach(ec2, id, vpcId))
  if (!detached) return false
  const deleted = ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }))
  return goneBy('InvalidInternetGatewayID.NotFound', deleted)
}

async function attachedTo(client: EC2Client, id: string): Promise<string | undefined> {
  const Filters = [{ Name: 'internet-gateway-id', Values: [id] }]
  for await (const page of paginateDescribeInternetGateways({ client }, { Filters }))
    for (const { Attachments } of page.InternetGateways ?? []) return Attachments?.[0]?.VpcId
  return undefined
}

const detach = (ec2: EC2Client, InternetGatewayId: string, VpcId: string) =>
  goneBy('Gateway.NotAttached', ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId })))

/**
 * Asks for the deletion of those that are not being deleted yet: it takes minutes. One that is gone can't be asked for again,
 * since nothing tells any more that it was ours.
 * @returns ids of those that EC2 still shows
 * @throws Error naming what EC2 would not delete
 */
export async function deleteEndpoints(ec2: EC2Client, ids: readonly string[]): Promise<string[]> {
  const Filters = [{ Name: 'vpc-endpoint-id', Values: [...ids] }]
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }))
  const standing = VpcEndpoints.filter(({ State }) => !/^delet/i.test(State ?? ''))
  if (standing.length) await deleteAll(ec2, idsOf(standing))
  return idsOf(VpcEndpoints)
}

const idsOf = (endpoints: readonly VpcEndpoint[]) =>
  endpoints.flatMap(({ VpcEndpointId }) => VpcEndpointId ?? [])

async function deleteAll(ec2: EC2Client, VpcEndpointIds: string[]): Promise<void> {
  const { Unsuccessful = [] } = await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }))
  const refused = Unsuccessful.filter(({ Error: error }) => !error?.Code?.endsWith('.NotFound'))
  if (refused.length)
    throw new Error(
      refused.map(({ ResourceId, Error: error }) => `${ResourceId}: ${error?.Message}`).join('; '),
    )
}
