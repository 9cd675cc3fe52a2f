import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type IpPermission,
  paginateDescribeSecurityGroups,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2'
import { BALANCED_PORTS, type Opening } from '../cluster/port-matrix.ts'
import type { Tags } from '../cluster/tags.ts'
import { goneNow, unless } from './errors.ts'
import { ec2Filters, isSought, type Leftover, type Search, withoutTwins } from './leftover.ts'
import { tagsOf } from './tag-list.ts'
import { tagged } from './tagged.ts'

/** Security groups of one cluster, or of all clusters. */
export async function findSecurityGroups(ec2: EC2Client, search: Search): Promise<Leftover[]> {
  const found: Leftover[] = []
  for (const Filters of ec2Filters(search))
    for await (const page of paginateDescribeSecurityGroups({ client: ec2 }, { Filters, MaxResults: PAGE }))
      for (const { GroupId: id = '', GroupName: name = '', Tags } of page.SecurityGroups ?? [])
        found.push({ id, name, tags: tagsOf(Tags) })
  return withoutTwins(found.filter(({ tags }) => isSought(tags, search)))
}

/** Other groups whose rules name this one: while they do, it can't be deleted. */
export async function groupsNaming(ec2: EC2Client, groupId: string): Promise<string[]> {
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'ip-permission.group-id', Values: [groupId] }] }),
  )
  return SecurityGroups.filter((group) => group.GroupId !== groupId).map(
    (group) => `${group.GroupId} (${group.GroupName})`,
  )
}

const PAGE = 1000

/** A group as it stands, with the rules that it has. */
export interface StandingGroup {
  readonly id: string
  readonly rules: readonly IpPermission[]
}

/**
 * The group of that name, made when it isn't there.
 * @throws InvalidGroup.NotFound when EC2 says that it is there, and doesn't show it yet
 */
export async function ensureSecurityGroup(
  ec2: EC2Client,
  wish: { name: string; description: string; vpcId: string; tags: Tags },
): Promise<StandingGroup> {
  const existing = await findGroup(ec2, wish)
  if (existing) return existing
  const made = await unless(
    ['InvalidGroup.Duplicate'],
    ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: wish.name,
        Description: wish.description,
        VpcId: wish.vpcId,
        TagSpecifications: tagged('security-group', wish.name, wish.tags),
      }),
    ),
  )
  if (made?.GroupId) return { id: made.GroupId, rules: [] }
  const standing = await findGroup(ec2, wish)
  if (standing) return standing
  throw Object.assign(new Error(`EC2 has ${wish.name}, and does not show it yet`), {
    name: 'InvalidGroup.NotFound',
  })
}

/** The groups of a VPC that have one of these names, as EC2 shows them. */
export async function groupsOfNames(
  ec2: EC2Client,
  vpcId: string,
  names: readonly string[],
): Promise<SecurityGroup[]> {
  const Filters = [
    { Name: 'group-name', Values: [...names] },
    { Name: 'vpc-id', Values: [vpcId] },
  ]
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))
  return SecurityGroups
}

async function findGroup(
  ec2: EC2Client,
  { name, vpcId }: { name: string; vpcId: string },
): Promise<StandingGroup | undefined> {
  const [group] = await groupsOfNames(ec2, vpcId, [name])
  return group?.GroupId ? { id: group.GroupId, rules: group.IpPermissions ?? [] } : undefined
}

/** Opens the nodes' group to the nodes and the balancer. Rules that are there already stay. */
export async function openNodes(
  ec2: EC2Client,
  groups: { nodes: StandingGroup; balancer: StandingGroup },
  openings: readonly Opening[],
): Promise<void> {
  const permissions = openings.map(({ protocol, ports: [FromPort, ToPort], from, why }) => ({
    IpProtocol: protocol,
    FromPort,
    ToPort,
    UserIdGroupPairs: [{ GroupId: groups[from].id, Description: why }],
  }))
  await authorize(ec2, groups.nodes, permissions)
}

/** Opens HTTPS of the endpoints' group to the nodes. */
export async function openToNodes(ec2: EC2Client, group: StandingGroup, nodesGroup: string): Promise<void> {
  await authorize(ec2, group, [
    {
      ...{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
      UserIdGroupPairs: [{ GroupId: nodesGroup, Description: 'SSM agents of the nodes' }],
    },
  ])
}

/** Rules of groups for what comes in, by group id; groups that aren't there any more are missing. */
export async function readGroups(
  ec2: EC2Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly IpPermission[]>> {
  if (!ids.length) return new Map()
  const Filters = [{ Name: 'group-id', Values: [...new Set(ids)] }]
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))
  return new Map(SecurityGroups.map(({ GroupId = '', IpPermissions = [] }) => [GroupId, IpPermissions]))
}

/** Opens the balancer's ports to ranges. */
export async function openBalancer(
  ec2: EC2Client,
  group: StandingGroup,
  cidrs: readonly string[],
): Promise<void> {
  const rules = BALANCED_PORTS.flatMap((port) =>
    [...new Set(cidrs)].map((CidrIp) => ({
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      IpRanges: [{ CidrIp, Description: 'may reach the cluster' }],
    })),
  )
  await authorize(ec2, group, rules)
}

/** Adds what is missing. A rule that another run adds meanwhile is as good, and then each is tried by itself. */
async function authorize(
  ec2: EC2Client,
  group: StandingGroup,
  wanted: readonly IpPermission[],
): Promise<void> {
  const present = new Set(group.rules.flatMap(keysOf))
  const missing = wanted.filter((rule) => !keysOf(rule).every((key) => present.has(key)))
  if (!missing.length) return
  const call = (IpPermissions: IpPermission[]) =>
    unless(
      ['InvalidPermission.Duplicate'],
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group.id, IpPermissions })),
    )
  if (await call(missing)) return
  await Promise.all(missing.map((rule) => call([rule])))
}

/** What tells one rule from another: AWS groups several sources of one port into one permission. */
const keysOf = ({ IpProtocol, FromPort, ToPort, UserIdGroupPairs, IpRanges }: IpPermission): string[] =>
  [
    ...(UserIdGroupPairs ?? []).map((pair) => pair.GroupId),
    ...(IpRanges ?? []).map((range) => range.CidrIp),
  ].map((source) => `${IpProtocol} ${FromPort} ${ToPort} ${source}`)

/** Takes away the group's rules, since a group that another one's rule names can't be deleted. */
export async function closeSecurityGroup(ec2: EC2Client, id: string): Promise<void> {
  const found = await unless(
    ['InvalidGroup.NotFound'],
    ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] })),
  )
  const permissions = found?.SecurityGroups?.[0]?.IpPermissions ?? []
  if (!permissions.length) return
  await unless(
    ['InvalidGroup.NotFound', 'InvalidPermission.NotFound'],
    ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: permissions })),
  )
}

/** Whether the group is gone now. False while a network interface still uses it, which ends by itself. */
export const deleteSecurityGroup = (ec2: EC2Client, id: string): Promise<boolean> =>
  goneNow(ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })), {
    gone: 'InvalidGroup.NotFound',
    held: ['DependencyViolation'],
  })
