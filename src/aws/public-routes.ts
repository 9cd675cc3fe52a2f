import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import type { Tags } from '../cluster/tags.ts'
import { unless } from './errors.ts'
import { inOrder } from './in-order.ts'
import { ofCluster, tagged } from './tagged.ts'

interface Wish {
  readonly cluster: string
  readonly vpcId: string
  readonly name: string
  readonly tags: Tags
}

/** The internet gateway that was made for the cluster: the one at its VPC, else the first that is at none. */
export async function findGateway(
  ec2: EC2Client,
  { cluster, vpcId }: Wish,
): Promise<{ id: string; isAttached: boolean } | undefined> {
  const { InternetGateways = [] } = await ec2.send(
    new DescribeInternetGatewaysCommand({ Filters: [ofCluster(cluster)] }),
  )
  const attached = InternetGateways.find(({ Attachments = [] }) =>
    Attachments.some(({ VpcId }) => VpcId === vpcId),
  )
  const free = InternetGateways.filter(({ Attachments }) => !Attachments?.length)
  if (attached?.InternetGatewayId) return { id: attached.InternetGatewayId, isAttached: true }
  const [id] = inOrder(free.map(({ InternetGatewayId }) => InternetGatewayId))
  return id === undefined ? undefined : { id, isAttached: false }
}

/** It has no idempotency token: called again, it makes another one. */
export async function createGateway(ec2: EC2Client, { name, tags }: Wish): Promise<void> {
  const TagSpecifications = tagged('internet-gateway', name, tags)
  await ec2.send(new CreateInternetGatewayCommand({ TagSpecifications }))
}

/** Attaches the gateway to the VPC, unless it is. */
export async function attachGateway(ec2: EC2Client, id: string, { vpcId }: Wish): Promise<void> {
  await unless(
    ['Resource.AlreadyAssociated'],
    ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId })),
  )
}

/** A route table of the cluster's own, and the subnets of the VPC that follow it or another one of the cluster's. */
interface PublicTable {
  readonly id: string
  /** Gateways that it leads to. */
  readonly gateways: readonly string[]
  readonly following: readonly string[]
}

/** The cluster's route table: the one that subnets follow already, else the first. */
export async function findTable(ec2: EC2Client, { cluster, vpcId }: Wish): Promise<PublicTable | undefined> {
  const Filters = [ofCluster(cluster), { Name: 'vpc-id', Values: [vpcId] }]
  const { RouteTables: tables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }))
  const [first] = inOrder(tables.map(({ RouteTableId }) => RouteTableId))
  const chosen =
    tables.find(({ Associations }) => Associations?.length) ??
    tables.find(({ RouteTableId }) => RouteTableId === first)
  if (!chosen?.RouteTableId) return undefined
  return {
    id: chosen.RouteTableId,
    gateways: (chosen.Routes ?? []).flatMap(({ GatewayId }) => GatewayId ?? []),
    following: tables.flatMap(({ Associations = [] }) =>
      Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    ),
  }
}

export async function createTable(ec2: EC2Client, { vpcId, name, tags }: Wish): Promise<void> {
  const TagSpecifications = tagged('route-table', name, tags)
  await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId, TagSpecifications }))
}

/** Leads these subnets to the gateway, as far as they are not. The route comes first: what follows a table of ours has its route. */
export async function leadOut(
  ec2: EC2Client,
  table: PublicTable,
  { gatewayId, subnetIds }: { gatewayId: string; subnetIds: readonly string[] },
): Promise<void> {
  if (!table.gateways.includes(gatewayId))
    await unless(
      ['RouteAlreadyExists'],
      ec2.send(
        new CreateRouteCommand({
          RouteTableId: table.id,
          GatewayId: gatewayId,
          DestinationCidrBlock: '0.0.0.0/0',
        }),
      ),
    )
  const missing = subnetIds.filter((id) => !table.following.includes(id))
  await Promise.all(missing.map((id) => associate(ec2, table.id, id)))
}

const associate = (ec2: EC2Client, RouteTableId: string, SubnetId: string) =>
  unless(['Resource.AlreadyAssociated'], ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId })))
