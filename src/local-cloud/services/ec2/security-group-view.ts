import type {
  IpPermission,
  SecurityGroupRule as RuleView,
  SecurityGroup as SecurityGroupView,
} from '@aws-sdk/client-ec2'
import type { Direction, SecurityGroup, SecurityGroupRule } from '../../world/security-group.ts'
import type { World } from '../../world/world.ts'
import { tagList } from './tags.ts'

export const groupArn = (world: World, id: string) =>
  `arn:aws:ec2:${world.region}:${world.account}:security-group/${id}`

export function groupView(world: World, group: SecurityGroup): SecurityGroupView {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: world.account,
    SecurityGroupArn: groupArn(world, group.id),
    IpPermissions: permissions(world, group, 'ingress'),
    IpPermissionsEgress: permissions(world, group, 'egress'),
    Tags: tagList(world, group.id),
  }
}

/** Rules of the same protocol and ports are one permission with several peers. */
function permissions(world: World, group: SecurityGroup, direction: Direction): IpPermission[] {
  const rules = group.rules.filter((rule) => rule.direction === direction)
  const keyOf = ({ protocol, fromPort, toPort }: SecurityGroupRule) => `${protocol}/${fromPort}/${toPort}`
  return [...new Set(rules.map(keyOf))].map((key) =>
    permission(
      world,
      rules.filter((rule) => keyOf(rule) === key),
    ),
  )
}

function permission(world: World, rules: readonly SecurityGroupRule[]): IpPermission {
  const [first] = rules
  return {
    IpProtocol: first?.protocol,
    ...(first && first.protocol !== '-1' && { FromPort: first.fromPort, ToPort: first.toPort }),
    IpRanges: rules.flatMap(({ peer, description }) =>
      'cidr' in peer ? [{ CidrIp: peer.cidr, Description: description }] : [],
    ),
    UserIdGroupPairs: rules.flatMap(({ peer, description }) =>
      'groupId' in peer ? [{ GroupId: peer.groupId, UserId: world.account, Description: description }] : [],
    ),
    Ipv6Ranges: [],
    PrefixListIds: [],
  }
}

export function ruleView(world: World, groupId: string, rule: SecurityGroupRule): RuleView {
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: groupId,
    GroupOwnerId: world.account,
    IsEgress: rule.direction === 'egress',
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    Description: rule.description,
    ...('cidr' in rule.peer
      ? { CidrIpv4: rule.peer.cidr }
      : { ReferencedGroupInfo: { GroupId: rule.peer.groupId, UserId: world.account } }),
    Tags: tagList(world, rule.id),
  }
}
