import type {
  CreateSecurityGroupRequest,
  CreateTagsRequest,
  RunInstancesRequest,
  TagSpecification,
} from '@aws-sdk/client-ec2'
import type { ConditionKeys } from '../../world/policy-condition.ts'
import type { World } from '../../world/world.ts'
import { type Demand, ofAnything, type Rule, type Rules, requestTags, resourceTags } from './demand.ts'
import { passRole } from './iam.ts'

const TYPES: Readonly<Record<string, string>> = {
  i: 'instance',
  vol: 'volume',
  eni: 'network-interface',
  sg: 'security-group',
  sgr: 'security-group-rule',
  subnet: 'subnet',
  vpc: 'vpc',
}

const arnOf = ({ region, account }: World, type: string, id: string) =>
  `arn:aws:ec2:${region}:${account}:${type}/${id}`

/** A resource that is there, by its id, with its tags. One that isn't there has none. */
function standing(world: World, id: string, keys: ConditionKeys = {}): Demand {
  const type = TYPES[id.split('-')[0] ?? ''] ?? '*'
  return {
    resource: arnOf(world, type, id),
    keys: { ...keys, ...resourceTags(world.tags.get(id), 'ec2') },
  }
}

/** Resources that the call would make: they have no id yet. */
const made = (world: World, type: string, keys: ConditionKeys): Demand => ({
  resource: arnOf(world, type, '*'),
  keys,
})

/** Tags in a call that creates need the right to tag besides, in that call. */
const tagging = (
  world: World,
  createAction: string,
  specifications: readonly TagSpecification[] = [],
): Demand[] =>
  specifications.map(({ ResourceType: type = '*', Tags: tags }) => ({
    ...made(world, type, { ...requestTags(tags), 'ec2:createaction': [createAction] }),
    action: 'ec2:CreateTags',
  }))

function runInstances(world: World, input: RunInstancesRequest): Demand[] {
  const { ImageId: image = '', SubnetId: subnet, SecurityGroupIds: groups = [], InstanceType: type } = input
  const tagsFor = (kind: string) =>
    requestTags(input.TagSpecifications?.find(({ ResourceType }) => ResourceType === kind)?.Tags)
  const instance = {
    ...tagsFor('instance'),
    ...(type !== undefined && { 'ec2:instancetype': [type] }),
    'ec2:metadatahttptokens': [input.MetadataOptions?.HttpTokens ?? 'optional'],
  }
  const encrypted = (input.BlockDeviceMappings ?? []).every(({ Ebs }) => Ebs?.Encrypted)
  return [
    { resource: `arn:aws:ec2:${world.region}::image/${image}`, keys: {} },
    standing(world, subnet ?? world.network.subnets[0]?.id ?? ''),
    ...groups.map((id) => standing(world, id)),
    made(world, 'instance', instance),
    made(world, 'volume', { ...tagsFor('volume'), 'ec2:encrypted': [String(encrypted)] }),
    made(world, 'network-interface', tagsFor('network-interface')),
    ...tagging(world, 'RunInstances', input.TagSpecifications),
    ...passProfile(world, input.IamInstanceProfile),
  ]
}

function passProfile(world: World, wanted: RunInstancesRequest['IamInstanceProfile']): Demand[] {
  const profile = [...world.profiles.values()].find(
    ({ name, arn }) => name === wanted?.Name || arn === wanted?.Arn,
  )
  return profile?.roleName === undefined ? [] : [passRole(world, profile.roleName)]
}

const createSecurityGroup = (world: World, input: CreateSecurityGroupRequest): Demand[] => [
  made(world, 'security-group', requestTags(input.TagSpecifications?.[0]?.Tags)),
  standing(world, input.VpcId ?? world.network.vpcId),
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
  'DescribeAvailabilityZones DescribeImages DescribeInstanceStatus DescribeInstanceTypeOfferings DescribeInstanceTypes DescribeInstances DescribeInternetGateways DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups DescribeSubnets DescribeTags DescribeVolumes DescribeVpcs'

/** "Actions, resources, and condition keys for Amazon EC2" of the service authorization reference. */
export const ec2Rules: Rules = {
  ...ofAnything(DESCRIBING),
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
