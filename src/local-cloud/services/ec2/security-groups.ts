import type {
  CreateSecurityGroupRequest,
  DeleteSecurityGroupRequest,
  DescribeSecurityGroupsRequest,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { newId } from '../../world/ids.ts'
import { defaultVpc } from '../../world/network.ts'
import { allEgress, referrers, type SecurityGroup } from '../../world/security-group.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { endDryRun } from './dry-run.ts'
import { filtered } from './filters.ts'
import { findGroup } from './find-group.ts'
import { refuseDescription } from './refuse-description.ts'
import { groupArn, groupView } from './security-group-view.ts'
import { addTags, specifiedTags, tagList } from './tags.ts'
import { vpcById } from './vpcs.ts'

export function createSecurityGroup({ world }: Cloud, input: CreateSecurityGroupRequest) {
  const name = input.GroupName ?? ''
  const vpcId = vpcFor(world, input.VpcId)
  refuseGroup(world, vpcId, input)
  const tags = specifiedTags(input.TagSpecifications, ['security-group'])
  endDryRun(input)
  const id = newId('sg')
  world.securityGroups.set(id, {
    id,
    vpcId,
    name,
    description: input.Description ?? '',
    rules: [allEgress(newId('sgr'))],
  })
  addTags(world, id, tags['security-group'] ?? {})
  return { GroupId: id, SecurityGroupArn: groupArn(world, id), Tags: tagList(world, id) }
}

/** @throws AwsFault InvalidVpcID.NotFound; VPCIdNotSpecified where there is no default one */
function vpcFor(world: World, id: string | undefined): string {
  if (id !== undefined) return vpcById(world, id).id
  const home = defaultVpc(world.network)
  if (home) return home.id
  throw new AwsFault('VPCIdNotSpecified', 'No default VPC for this user')
}

function refuseGroup(world: World, vpcId: string, input: CreateSecurityGroupRequest): void {
  const name = input.GroupName ?? ''
  if (name === '' || name.startsWith('sg-') || name.toLowerCase() === 'default')
    throw new AwsFault('InvalidParameterValue', `Value (${name}) for parameter groupName is invalid.`)
  refuseDescription(name, 'GroupName')
  refuseDescription(input.Description ?? '')
  const others = [...world.securityGroups.values()].filter((group) => group.vpcId === vpcId)
  if (others.some((group) => group.name.toLowerCase() === name.toLowerCase()))
    throw new AwsFault(
      'InvalidGroup.Duplicate',
      `The security group '${name}' already exists for VPC '${vpcId}'`,
    )
}

/** @throws AwsFault DependencyViolation while an interface uses it or another group's rule refers to it */
export function deleteSecurityGroup({ world }: Cloud, input: DeleteSecurityGroupRequest) {
  const { id, vpcId, name } = findGroup(world, input)
  if (id === world.network.vpcs.get(vpcId)?.defaultGroupId)
    throw new AwsFault(
      'CannotDelete',
      `the specified group: "${id}" name: "${name}" cannot be deleted by a user`,
    )
  const used = [...world.interfaces.values()].some(({ groupIds }) => groupIds.includes(id))
  if (used || referrers(world.securityGroups.values(), id).length > 0)
    throw new AwsFault('DependencyViolation', `resource ${id} has a dependent object`)
  endDryRun(input)
  world.securityGroups.delete(id)
  world.tags.delete(id)
  return { Return: true, GroupId: id }
}

export function describeSecurityGroups({ world }: Cloud, input: DescribeSecurityGroupsRequest) {
  const { rules, peers } = ruleFilters
  const found = filtered(world, chosen(world, input), input.Filters, {
    'group-id': ({ id }) => [id],
    'group-name': ({ name }) => [name],
    'vpc-id': ({ vpcId }) => [vpcId],
    description: ({ description }) => [description],
    'owner-id': () => [world.account],
    'ip-permission.group-id': (group) => peers(group, 'ingress'),
    'ip-permission.from-port': (group) => rules(group).map(({ fromPort }) => String(fromPort)),
    'ip-permission.to-port': (group) => rules(group).map(({ toPort }) => String(toPort)),
    'ip-permission.protocol': (group) => rules(group).map(({ protocol }) => protocol),
    'egress.ip-permission.group-id': (group) => peers(group, 'egress'),
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { SecurityGroups: page.items.map((group) => groupView(world, group)), NextToken: page.next }
}

const ruleFilters = {
  rules: (group: SecurityGroup) => group.rules.filter(({ direction }) => direction === 'ingress'),
  peers: (group: SecurityGroup, direction: 'ingress' | 'egress') =>
    group.rules
      .filter((rule) => rule.direction === direction)
      .flatMap(({ peer }) => ('groupId' in peer ? [peer.groupId] : [])),
}

function chosen(world: World, { GroupIds: ids = [], GroupNames: names = [] }: DescribeSecurityGroupsRequest) {
  if (ids.length === 0 && names.length === 0) return [...world.securityGroups.values()]
  return [
    ...ids.map((id) => findGroup(world, { GroupId: id })),
    ...names.map((name) => findGroup(world, { GroupName: name })),
  ]
}
