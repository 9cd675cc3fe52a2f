import type {
  CreateVpcRequest,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcsRequest,
  ModifyVpcAttributeRequest,
  Vpc as VpcView,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { rangeOf } from '../../world/addresses.ts'
import { newId } from '../../world/ids.ts'
import { mainTable, newVpc, type Vpc } from '../../world/network.ts'
import { defaultGroup } from '../../world/security-group.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { quotaOf } from '../quotas/quota-table.ts'
import { chosenById } from './chosen-by-id.ts'
import { endDryRun } from './dry-run.ts'
import { filtered } from './filters.ts'
import { refuseWhileNeeded } from './refuse-while-needed.ts'
import { addTags, specifiedTags, tagList } from './tags.ts'

export function describeVpcs({ world }: Cloud, input: DescribeVpcsRequest) {
  const all = [...world.network.vpcs.values()]
  const vpcs = chosenById(all, input.VpcIds, 'vpc', 'InvalidVpcID.NotFound')
  const found = filtered(world, vpcs, input.Filters, {
    'vpc-id': ({ id }) => [id],
    'is-default': ({ isDefault }) => [String(isDefault)],
    isDefault: ({ isDefault }) => [String(isDefault)],
    cidr: ({ cidr }) => [cidr],
    state: () => ['available'],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { Vpcs: page.items.map((vpc) => vpcView(world, vpc)), NextToken: page.next }
}

const vpcView = (world: World, { id, cidr, isDefault }: Vpc): VpcView => ({
  VpcId: id,
  CidrBlock: cidr,
  CidrBlockAssociationSet: [
    {
      CidrBlock: cidr,
      CidrBlockState: { State: 'associated' },
      AssociationId: id.replace('vpc-', 'vpc-cidr-assoc-'),
    },
  ],
  IsDefault: isDefault,
  State: 'available',
  OwnerId: world.account,
  InstanceTenancy: 'default',
  Tags: tagList(world, id),
})

/** @throws AwsFault InvalidVpcID.NotFound */
export function vpcById({ network }: World, id: string | undefined): Vpc {
  const vpc = network.vpcs.get(id ?? '')
  if (vpc) return vpc
  throw new AwsFault('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`)
}

/** It has no idempotency token, as on AWS: asked twice, it makes two. @throws AwsFault InvalidVpc.Range, VpcLimitExceeded */
export function createVpc({ world }: Cloud, input: CreateVpcRequest) {
  const cidr = input.CidrBlock ?? ''
  const prefix = rangeOf(cidr)?.prefix ?? 0
  if (prefix < 16 || prefix > 28) throw new AwsFault('InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`)
  const { vpcs, routeTables } = world.network
  if (vpcs.size >= quotaOf(world, 'L-F678F1CE'))
    throw new AwsFault('VpcLimitExceeded', 'The maximum number of VPCs has been reached.')
  const tags = specifiedTags(input.TagSpecifications, ['vpc'])
  endDryRun(input)
  const vpc = newVpc(newId('vpc'), cidr, newId('sg'))
  const table = mainTable(newId('rtb'), vpc)
  vpcs.set(vpc.id, vpc)
  routeTables.set(table.id, table)
  world.securityGroups.set(vpc.defaultGroupId, defaultGroup(vpc))
  addTags(world, vpc.id, tags['vpc'] ?? {})
  return { Vpc: vpcView(world, vpc) }
}

export function describeVpcAttribute({ world }: Cloud, input: DescribeVpcAttributeRequest) {
  const { id, dnsSupport, dnsHostnames } = vpcById(world, input.VpcId)
  if (input.Attribute === 'enableDnsSupport') return { VpcId: id, EnableDnsSupport: { Value: dnsSupport } }
  if (input.Attribute === 'enableDnsHostnames')
    return { VpcId: id, EnableDnsHostnames: { Value: dnsHostnames } }
  throw new AwsFault(
    'UnsupportedOperation',
    `the local cloud does not know the attribute ${input.Attribute} of a VPC`,
  )
}

export function modifyVpcAttribute({ world }: Cloud, input: ModifyVpcAttributeRequest): void {
  const vpc = vpcById(world, input.VpcId)
  world.network.vpcs.set(vpc.id, {
    ...vpc,
    dnsSupport: input.EnableDnsSupport?.Value ?? vpc.dnsSupport,
    dnsHostnames: input.EnableDnsHostnames?.Value ?? vpc.dnsHostnames,
  })
}

/** Its default group and its main table go with it. @throws AwsFault DependencyViolation while anything else is in it */
export function deleteVpc({ world }: Cloud, input: DeleteVpcRequest): void {
  const { id, defaultGroupId } = vpcById(world, input.VpcId)
  const { vpcs, subnets, routeTables, gateways, endpoints } = world.network
  const tables = [...routeTables.values()].filter(({ vpcId }) => vpcId === id)
  const isIn = ({ vpcId }: { vpcId: string | undefined }) => vpcId === id
  const holds =
    [...subnets.values(), ...gateways.values(), ...endpoints.values()].some(isIn) ||
    tables.some(({ main }) => !main) ||
    [...world.securityGroups.values()].some((group) => isIn(group) && group.id !== defaultGroupId)
  refuseWhileNeeded('vpc', id, holds)
  endDryRun(input)
  for (const table of tables) routeTables.delete(table.id)
  world.securityGroups.delete(defaultGroupId)
  vpcs.delete(id)
  world.tags.delete(id)
}
