import { DescribeSubnetsCommand, DescribeVpcsCommand, type EC2Client, type Vpc } from '@aws-sdk/client-ec2'
import { namedSubnetFaults, type Subnet } from '../cluster/network-faults.ts'
import { UserError } from '../kit/errors.ts'
import { unless } from './errors.ts'
import { subnetOf } from './subnet-view.ts'

export interface Network {
  readonly vpcId: string
  readonly cidrs: readonly string[]
  /** One a zone, in order of zone. Ids are empty while the cluster's own VPC is not made. */
  readonly subnets: readonly Subnet[]
}

/**
 * The VPC to build in: the one named, else that of the subnets named, else the region's default.
 * @throws UserError when it isn't there, or has no subnets, or those named are not one a zone of it
 */
export async function findNetwork(
  ec2: EC2Client,
  wish: { vpcId?: string | undefined; subnetIds: readonly string[] },
): Promise<Network> {
  const named = wish.subnetIds.length ? await namedSubnets(ec2, wish.subnetIds) : []
  const vpc = await findVpc(ec2, wish.vpcId ?? named[0]?.vpcId)
  const vpcId = vpc.VpcId ?? ''
  // Before they are reduced to one a zone, which may leave out the one that is wrong.
  const faults = namedSubnetFaults(vpcId, named)
  if (faults.length) throw new UserError(faults.join('\n'), { hint: 'Nothing was created.' })
  const subnets = named.length ? named : await subnetsOf(ec2, vpcId)
  if (!subnets.length)
    throw new UserError(`vpc-id: ${vpcId} has no subnets`, {
      hint: 'Make one in each of three zones, or name subnets of another VPC in subnet-ids, or set create-vpc: true.',
    })
  const cidrs = (vpc.CidrBlockAssociationSet ?? []).map((block) => block.CidrBlock ?? '')
  return { vpcId, cidrs: cidrs.length ? cidrs : [vpc.CidrBlock ?? ''], subnets: onePerZone(subnets) }
}

async function findVpc(ec2: EC2Client, id: string | undefined): Promise<Vpc> {
  const asked = id ? { VpcIds: [id] } : { Filters: [{ Name: 'is-default', Values: ['true'] }] }
  const found = await unless(
    ['InvalidVpcID.NotFound', 'InvalidVpcID.Malformed'],
    ec2.send(new DescribeVpcsCommand(asked)),
  )
  const [vpc] = found?.Vpcs ?? []
  if (vpc) return vpc
  if (id)
    throw new UserError(`vpc-id: ${id} is not in this region and account`, { hint: 'See aws-region too.' })
  throw new UserError('vpc-id: this region has no default VPC', {
    hint: 'Name subnets of a VPC of your own in subnet-ids, one in each of three zones; or set create-vpc: true; or make the default one: aws ec2 create-default-vpc.',
  })
}

async function namedSubnets(ec2: EC2Client, ids: readonly string[]): Promise<Subnet[]> {
  // By filter: asked by id, EC2 names the first that is missing only.
  const found = await subnetsBy(ec2, 'subnet-id', ids)
  const missing = ids.filter((id) => !found.some((subnet) => subnet.id === id))
  if (!missing.length) return found
  throw new UserError(`subnet-ids: ${missing.join(', ')} is not in this region and account`, {
    hint: 'Name subnets that aws ec2 describe-subnets lists; see aws-region too.',
  })
}

const subnetsOf = (ec2: EC2Client, vpcId: string) => subnetsBy(ec2, 'vpc-id', [vpcId])

async function subnetsBy(ec2: EC2Client, filter: string, values: readonly string[]): Promise<Subnet[]> {
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: filter, Values: [...values] }] }),
  )
  return Subnets.map(subnetOf)
}

/** A load balancer takes one subnet of each zone. The first in order of id, so that every run chooses alike. */
function onePerZone(subnets: readonly Subnet[]): Subnet[] {
  const chosen = new Map<string, Subnet>()
  for (const subnet of subnets.toSorted((a, b) => a.id.localeCompare(b.id)))
    if (!chosen.has(subnet.zone)) chosen.set(subnet.zone, subnet)
  return [...chosen.values()].toSorted((a, b) => a.zone.localeCompare(b.zone))
}
