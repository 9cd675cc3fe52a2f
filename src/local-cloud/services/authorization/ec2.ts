import type { CreateSecurityGroupRequest, CreateTagsRequest, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { IMAGES } from '../../world/image.ts'
import { defaultVpc } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import { type Demand, ofAnything, type Rule, type Rules, requestTags } from './demand.ts'
import { made, standing, tagging } from './ec2-demands.ts'
import { networkRules } from './ec2-network.ts'
import { linkedRole, passRole } from './iam.ts'

const SPOT = 'spot.amazonaws.com'

function runInstances(world: World, input: RunInstancesRequest): Demand[] {
  const { ImageId: image = '', InstanceType: type } = input
  const subnet =
    input.NetworkInterfaces?.[0]?.SubnetId ?? input.SubnetId ?? [...world.network.subnets.keys()][0] ?? ''
  const tagsFor = (kind: string) =>
    requestTags(input.TagSpecifications?.find(({ ResourceType }) => ResourceType === kind)?.Tags)
  const instance = {
    ...tagsFor('instance'),
    ...(type !== undefined && { 'ec2:instancetype': [type] }),
    'ec2:metadatahttptokens': [input.MetadataOptions?.HttpTokens ?? 'optional'],
  }
  return [
    { resource: `arn:aws:ec2:${world.region}::image/${image}`, keys: {} },
    standing(world, subnet),
    ...launchGroups(world, input, subnet).map((id) => standing(world, id)),
    made(world, 'instance', instance),
    made(world, 'volume', { ...tagsFor('volume'), 'ec2:encrypted': [String(isEncrypted(input))] }),
    made(world, 'network-interface', tagsFor('network-interface')),
    ...(input.InstanceMarketOptions?.MarketType === 'spot'
      ? [
          made(world, 'spot-instances-request', tagsFor('spot-instances-request')),
          ...linkedRole(world, SPOT, 'AWSServiceRoleForEC2Spot'),
        ]
      : []),
    ...tagging(world, 'RunInstances', input.TagSpecifications),
    ...passProfile(world, input.IamInstanceProfile),
  ]
}

/** Whether all of its volumes are, those included that the image has and the launch is silent about. */
function isEncrypted({ ImageId, BlockDeviceMappings: mappings = [] }: RunInstancesRequest): boolean {
  const disks = IMAGES.find(({ id }) => id === ImageId)?.disks ?? []
  const silent = disks.filter(({ device }) => !mappings.some(({ DeviceName }) => DeviceName === device))
  return mappings.every(({ Ebs }) => Ebs?.Encrypted) && silent.every(({ encrypted }) => encrypted)
}

/** By id or by name; the default group of the VPC where none is named. */
function launchGroups(world: World, input: RunInstancesRequest, subnetId: string): readonly string[] {
  const { SecurityGroupIds: ids = [], SecurityGroups: names = [] } = input
  const vpcId = world.network.subnets.get(subnetId)?.vpcId
  const wanted = input.NetworkInterfaces?.[0]?.Groups ?? ids
  const sought = wanted.length || names.length ? names : ['default']
  const named = [...world.securityGroups.values()].filter(
    (group) => group.vpcId === vpcId && sought.includes(group.name),
  )
  return [...wanted, ...named.map(({ id }) => id)]
}

function passProfile(world: World, wanted: RunInstancesRequest['IamInstanceProfile']): Demand[] {
  const profile = [...world.profiles.values()].find(
    ({ name, arn }) => name === wanted?.Name || arn === wanted?.Arn,
  )
  return profile?.roleName === undefined ? [] : [passRole(world, profile.roleName)]
}

const createSecurityGroup = (world: World, input: CreateSecurityGroupRequest): Demand[] => [
  made(world, 'security-group', requestTags(input.TagSpecifications?.[0]?.Tags)),
  standing(world, input.VpcId ?? defaultVpc(world.network)?.id ?? 'vpc-'),
  ...tagging(world, 'CreateSecurityGroup', input.TagSpecifications),
]

const changeTags = (world: World, { Resources: ids = [], Tags: tags }: CreateTagsRequest): Demand[] =>
  ids.map((id) => standing(world, id, requestTags(tags)))

const ofInstances: Rule = (world, { InstanceIds: ids = [] }: { InstanceIds?: string[] }) =>
  ids.map((id) => standing(world, id))

const ofInstance: Rule = (world, { InstanceId: id = '' }: { InstanceId?: string }) => [standing(world, id)]

/** A group may be named by its name too; then its id is looked up. */
const ofGroup: Rule = (world, input: { GroupId?: string; GroupName?: string }) => {
  const named = [...world.securityGroups.values()].find(({ name }) => name === input.GroupName)
  return [standing(world, input.GroupId ?? named?.id ?? 'sg-')]
}

const ofGroupAndRules: Rule = (world, input) => [
  ...ofGroup(world, input),
  ...tagging(world, 'AuthorizeSecurityGroupIngress', input.TagSpecifications),
]

const DESCRIBING =
  'DescribeImages DescribeInstanceStatus DescribeInstanceTypeOfferings DescribeInstanceTypes DescribeInstances DescribeNetworkInterfaces DescribeSecurityGroupRules DescribeSecurityGroups DescribeSnapshots DescribeTags DescribeVolumes'

/** "Actions, resources, and condition keys for Amazon EC2" of the service authorization reference. */
export const ec2Rules: Rules = {
  ...ofAnything(DESCRIBING),
  ...networkRules,
  RunInstances: runInstances,
  StartInstances: ofInstances,
  StopInstances: ofInstances,
  RebootInstances: ofInstances,
  TerminateInstances: ofInstances,
  DescribeInstanceAttribute: ofInstance,
  ModifyInstanceAttribute: ofInstance,
  GetConsoleOutput: ofInstance,
  DeleteVolume: (world, { VolumeId: id = '' }) => [standing(world, id)],
  CreateSecurityGroup: createSecurityGroup,
  DeleteSecurityGroup: ofGroup,
  AuthorizeSecurityGroupIngress: ofGroupAndRules,
  AuthorizeSecurityGroupEgress: ofGroupAndRules,
  RevokeSecurityGroupIngress: ofGroup,
  RevokeSecurityGroupEgress: ofGroup,
  CreateTags: changeTags,
  DeleteTags: changeTags,
}
