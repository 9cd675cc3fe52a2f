import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2'
import type { Subnet } from '../cluster/network-faults.ts'
import type { PlannedSubnet } from '../cluster/own-vpc.ts'
import type { Tags } from '../cluster/tags.ts'
import { unless } from './errors.ts'
import { inOrder } from './in-order.ts'
import { subnetOf } from './subnet-view.ts'
import { ofCluster, tagged } from './tagged.ts'

/** What stands of the VPC that was made for a cluster. */
export interface OwnVpc {
  readonly vpcId: string
  readonly cidr: string
  readonly subnets: readonly Subnet[]
}

/**
 * The VPC made for this cluster. CreateVpc knows no idempotency token: a lost answer may have made two, and then the one
 * that is built in counts, else the first. The other costs nothing and goes at teardown.
 */
export async function findOwnVpc(ec2: EC2Client, cluster: string): Promise<OwnVpc | undefined> {
  const Filters = [ofCluster(cluster)]
  const [{ Vpcs = [] }, { Subnets = [] }] = await Promise.all([
    ec2.send(new DescribeVpcsCommand({ Filters })),
    ec2.send(new DescribeSubnetsCommand({ Filters })),
  ])
  const [first] = inOrder(Vpcs.map(({ VpcId }) => VpcId))
  const [builtIn = first] = inOrder(Subnets.map(({ VpcId }) => VpcId))
  const vpc = Vpcs.find(({ VpcId }) => VpcId === builtIn)
  if (!vpc?.VpcId) return undefined
  const subnets = Subnets.map(subnetOf).filter(({ vpcId }) => vpcId === vpc.VpcId)
  return { vpcId: vpc.VpcId, cidr: vpc.CidrBlock ?? '', subnets }
}

export async function createVpc(
  ec2: EC2Client,
  wish: { name: string; cidr: string; tags: Tags },
): Promise<void> {
  const TagSpecifications = tagged('vpc', wish.name, wish.tags)
  await ec2.send(new CreateVpcCommand({ CidrBlock: wish.cidr, TagSpecifications }))
}

/** Makes a subnet. One that another run has made there meanwhile is as good. */
export async function createSubnet(
  ec2: EC2Client,
  wish: PlannedSubnet & { vpcId: string; name: string; tags: Tags },
): Promise<void> {
  const request = new CreateSubnetCommand({
    VpcId: wish.vpcId,
    AvailabilityZone: wish.zone,
    CidrBlock: wish.cidr,
    TagSpecifications: tagged('subnet', wish.name, wish.tags),
  })
  await unless(['InvalidSubnet.Conflict'], ec2.send(request))
}

/** From now on its machines get public addresses. */
export async function givePublicAddresses(ec2: EC2Client, subnetId: string): Promise<void> {
  await ec2.send(
    new ModifySubnetAttributeCommand({ SubnetId: subnetId, MapPublicIpOnLaunch: { Value: true } }),
  )
}
