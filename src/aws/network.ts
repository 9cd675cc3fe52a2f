import { DescribeSubnetsCommand, DescribeVpcsCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { UserError } from '../kit/errors.ts'

export interface Network {
  readonly vpcId: string
  readonly cidrs: readonly string[]
  /** One a zone, in order of zone. */
  readonly subnets: readonly Subnet[]
}

interface Subnet {
  readonly id: string
  readonly zone: string
  readonly freeAddresses: number
}

/** The VPC to build in. @throws UserError when it isn't there, or has no subnets. */
export async function findNetwork(
  ec2: EC2Client,
  wish: { vpcId?: string | undefined; subnetIds: readonly string[] },
): Promise<Network> {
  const { Vpcs: [vpc] = [] } = await ec2.send(
    new DescribeVpcsCommand(
      wish.vpcId ? { VpcIds: [wish.vpcId] } : { Filters: [{ Name: 'is-default', Values: ['true'] }] },
    ),
  )
  if (!vpc?.VpcId)
    throw new UserError('this region has no default VPC', {
      hint: 'Name a VPC of your own: vpc-id and subnet-ids.',
    })
  const cidrs = (vpc.CidrBlockAssociationSet ?? []).map((block) => block.CidrBlock ?? '')
  const subnets = await findSubnets(ec2, vpc.VpcId, wish.subnetIds)
  return { vpcId: vpc.VpcId, cidrs: cidrs.length ? cidrs : [vpc.CidrBlock ?? ''], subnets }
}

async function findSubnets(ec2: EC2Client, vpcId: string, ids: readonly string[]): Promise<Subnet[]> {
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({
      Filters: [{ Name: 'vpc-id', Values: [vpcId] }],
      ...(ids.length ? { SubnetIds: [...ids] } : {}),
    }),
  )
  const found = Subnets.map((subnet) => ({
    id: subnet.SubnetId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
  }))
  if (!found.length)
    throw new UserError(`${vpcId} has no subnets`, {
      hint: 'Name subnets of another VPC: vpc-id and subnet-ids.',
    })
  return onePerZone(found)
}

/** A load balancer takes one subnet of each zone. The first in order of id, so that every run chooses alike. */
function onePerZone(subnets: readonly Subnet[]): Subnet[] {
  const chosen = new Map<string, Subnet>()
  for (const subnet of subnets.toSorted((a, b) => a.id.localeCompare(b.id)))
    if (!chosen.has(subnet.zone)) chosen.set(subnet.zone, subnet)
  return [...chosen.values()].toSorted((a, b) => a.zone.localeCompare(b.zone))
}
