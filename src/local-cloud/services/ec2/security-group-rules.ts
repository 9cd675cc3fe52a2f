import type {
  AuthorizeSecurityGroupIngressRequest,
  DescribeSecurityGroupRulesRequest,
  IpPermission,
  RevokeSecurityGroupIngressRequest,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import {
  allEgress,
  type Direction,
  type SecurityGroup,
  type SecurityGroupRule,
  sameRule,
  spell,
} from '../../world/security-group.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { endDryRun } from './dry-run.ts'
import { filtered } from './filters.ts'
import { findGroup } from './find-group.ts'
import { readPermissions } from './read-permissions.ts'
import { ruleView } from './security-group-view.ts'
import { addTags, specifiedTags } from './tags.ts'

/** Adds all rules or none. @throws AwsFault InvalidPermission.Duplicate */
export const authorize =
  (direction: Direction) => async (cloud: Cloud, input: AuthorizeSecurityGroupIngressRequest) => {
    const { world } = cloud
    const group = findGroup(world, input)
    const tags = specifiedTags(input.TagSpecifications, ['security-group-rule'])['security-group-rule'] ?? {}
    const rules = readPermissions(world, direction, permissionsOf(input))
    refuseDuplicates(group, rules)
    endDryRun(input)
    world.securityGroups.set(group.id, { ...group, rules: [...group.rules, ...rules] })
    for (const { id } of rules) addTags(world, id, tags)
    await cloud.syncNetwork()
    return { Return: true, SecurityGroupRules: rules.map((rule) => ruleView(world, group.id, rule)) }
  }

/** The short form, with one source in the call itself, is a permission too. */
function permissionsOf(input: AuthorizeSecurityGroupIngressRequest): IpPermission[] {
  const {
    IpPermissions: permissions,
    IpProtocol,
    FromPort,
    ToPort,
    CidrIp,
    SourceSecurityGroupName: name,
  } = input
  if (permissions?.length) return permissions
  return [
    {
      IpProtocol,
      FromPort,
      ToPort,
      IpRanges: CidrIp === undefined ? [] : [{ CidrIp }],
      UserIdGroupPairs: name === undefined ? [] : [{ GroupName: name }],
    },
  ]
}

function refuseDuplicates(group: SecurityGroup, rules: readonly SecurityGroupRule[]): void {
  const repeated = rules.find(
    (rule, index) =>
      group.rules.some((other) => sameRule(rule, other)) ||
      rules.slice(0, index).some((other) => sameRule(rule, other)),
  )
  if (repeated)
    throw new AwsFault(
      'InvalidPermission.Duplicate',
      `the specified rule "${spell(repeated)}" already exists`,
    )
}

/** @throws AwsFault InvalidPermission.NotFound, InvalidSecurityGroupRuleId.NotFound */
export const revoke =
  (direction: Direction) => async (cloud: Cloud, input: RevokeSecurityGroupIngressRequest) => {
    const { world } = cloud
    const group = findGroup(world, input)
    const doomed = input.SecurityGroupRuleIds?.length
      ? rulesById(group, direction, input.SecurityGroupRuleIds)
      : matchingRules(group, readPermissions(world, direction, permissionsOf(input)))
    const rules = group.rules.filter((rule) => !doomed.includes(rule))
    refuseNarrowEgress(rules)
    endDryRun(input)
    world.securityGroups.set(group.id, { ...group, rules })
    for (const { id } of doomed) world.tags.delete(id)
    await cloud.syncNetwork()
    return { Return: true, UnknownIpPermissions: [] }
  }

function rulesById(group: SecurityGroup, direction: Direction, ids: readonly string[]): SecurityGroupRule[] {
  return ids.map((id) => {
    const rule = group.rules.find((one) => one.id === id && one.direction === direction)
    if (rule) return rule
    throw new AwsFault(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${id}' does not exist`,
    )
  })
}

function matchingRules(group: SecurityGroup, wanted: readonly SecurityGroupRule[]): SecurityGroupRule[] {
  return wanted.map((rule) => {
    const found = group.rules.find((one) => sameRule(one, rule))
    if (found) return found
    throw new AwsFault(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    )
  })
}

/** Rules on what leaves are not enforced, so they may not be made stricter than "everything". */
function refuseNarrowEgress(rules: readonly SecurityGroupRule[]): void {
  if (rules.some((rule) => sameRule(rule, allEgress(rule.id)))) return
  throw new AwsFault(
    'UnsupportedOperation',
    'the local cloud does not restrict egress: the rule for all traffic stays',
  )
}

export function describeSecurityGroupRules({ world }: Cloud, input: DescribeSecurityGroupRulesRequest) {
  const all = [...world.securityGroups.values()].flatMap(({ id: groupId, rules }) =>
    rules.map((rule) => ({ ...rule, groupId })),
  )
  const missing = input.SecurityGroupRuleIds?.find((id) => !all.some((rule) => rule.id === id))
  if (missing !== undefined)
    throw new AwsFault(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${missing}' does not exist`,
    )
  const asked = all.filter(
    ({ id }) => !input.SecurityGroupRuleIds?.length || input.SecurityGroupRuleIds.includes(id),
  )
  const found = filtered(world, asked, input.Filters, {
    'group-id': ({ groupId }) => [groupId],
    'security-group-rule-id': ({ id }) => [id],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return {
    SecurityGroupRules: page.items.map((rule) => ruleView(world, rule.groupId, rule)),
    NextToken: page.next,
  }
}
