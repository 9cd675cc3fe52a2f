import { expect, test } from '@jest/globals'
import { refusal, startCloud } from './start-cloud.ts'

type Cloud = ReturnType<typeof startCloud>

const create = async (cloud: Cloud, GroupName: string): Promise<string> =>
  (await cloud.call('ec2', 'CreateSecurityGroup', { GroupName, Description: 'd' })).GroupId

const permission = (port: number, source: object) => ({
  ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port },
  ...source,
})
const fromGroup = (GroupId: string) => ({ UserIdGroupPairs: [{ GroupId }] })
const fromRange = (CidrIp: string) => ({ IpRanges: [{ CidrIp }] })
const authorize = (cloud: Cloud, GroupId: string, ...IpPermissions: object[]) =>
  cloud.call('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions })

test.each([
  ['a name that is taken, in any case', { GroupName: 'NODES' }, 'InvalidGroup.Duplicate'],
  ['a name like an id', { GroupName: 'sg-nodes' }, 'InvalidParameterValue'],
  ['the default name', { GroupName: 'default' }, 'InvalidParameterValue'],
  ['an apostrophe', { Description: "the cluster's nodes" }, 'InvalidParameterValue'],
  ['another VPC', { VpcId: 'vpc-0123456789abcdef0' }, 'InvalidVpcID.NotFound'],
])('a new group is refused for %s', async (_, input, code) => {
  const cloud = startCloud()
  await create(cloud, 'nodes')
  const wanted = { GroupName: 'other', Description: 'd', ...input }
  expect(await refusal(cloud.call('ec2', 'CreateSecurityGroup', wanted))).toBe(code)
})

test.each([
  ['an unknown group as source', permission(1, fromGroup('sg-0123456789abcdef0')), 'InvalidGroup.NotFound'],
  ['a range that is none', permission(1, fromRange('10.0.0.0/33')), 'InvalidParameterValue'],
  ['no source', permission(1, {}), 'MissingParameter'],
  [
    'ports the wrong way round',
    { ...permission(9, fromRange('0.0.0.0/0')), ToPort: 1 },
    'InvalidParameterValue',
  ],
  ['IPv6', permission(1, { Ipv6Ranges: [{ CidrIpv6: '::/0' }] }), 'UnsupportedOperation'],
])('a rule is refused for %s', async (_, rule, code) => {
  const cloud = startCloud()
  expect(await refusal(authorize(cloud, await create(cloud, 'nodes'), rule))).toBe(code)
})

test('a rule that is there already refuses all that come with it', async () => {
  const cloud = startCloud()
  const id = await create(cloud, 'nodes')
  await authorize(cloud, id, permission(6443, fromGroup(id)))
  const both = authorize(cloud, id, permission(9345, fromGroup(id)), permission(6443, fromGroup(id)))
  await expect(both).rejects.toMatchObject({
    code: 'InvalidPermission.Duplicate',
    message: `the specified rule "peer: ${id}, TCP, from port: 6443, to port: 6443, ALLOW" already exists`,
  })
  const { SecurityGroups: groups } = await cloud.call('ec2', 'DescribeSecurityGroups', { GroupIds: [id] })
  expect(groups[0].IpPermissions).toMatchObject([{ FromPort: 6443, UserIdGroupPairs: [{ GroupId: id }] }])
})

test('what was described can be revoked, and then the firewall has lost it', async () => {
  const cloud = startCloud()
  const id = await create(cloud, 'nodes')
  await authorize(cloud, id, permission(6443, fromGroup(id)), permission(6443, fromRange('10.0.0.0/8')))
  await cloud.launch({ SecurityGroupIds: [id] })
  expect(cloud.ether.firewall).toEqual([
    { to: '172.31.0.4', from: '172.31.0.4', protocol: 'tcp', ports: [6443, 6443] },
    { to: '172.31.0.4', from: '10.0.0.0/8', protocol: 'tcp', ports: [6443, 6443] },
  ])
  const { SecurityGroups: groups } = await cloud.call('ec2', 'DescribeSecurityGroups', { GroupIds: [id] })
  const revoked = { GroupId: id, IpPermissions: groups[0].IpPermissions }
  await cloud.call('ec2', 'RevokeSecurityGroupIngress', revoked)
  expect(cloud.ether.firewall).toEqual([])
  expect(await refusal(cloud.call('ec2', 'RevokeSecurityGroupIngress', revoked))).toBe(
    'InvalidPermission.NotFound',
  )
})

test('a group that is used, or that another one refers to, cannot be deleted', async () => {
  const cloud = startCloud()
  const [used, referred, referring] = [
    await create(cloud, 'used'),
    await create(cloud, 'referred'),
    await create(cloud, 'referring'),
  ]
  await authorize(cloud, referring, permission(1, fromGroup(referred)))
  await authorize(cloud, referring, permission(1, fromGroup(referring)))
  await cloud.launch({ SecurityGroupIds: [used] })
  const remove = (GroupId: string) => refusal(cloud.call('ec2', 'DeleteSecurityGroup', { GroupId }))
  expect([await remove(used), await remove(referred)]).toEqual(['DependencyViolation', 'DependencyViolation'])
  expect([await remove(referring), await remove(referred)]).toEqual(Array(2).fill('nothing: it succeeded'))
  expect(await remove(referred)).toBe('InvalidGroup.NotFound')
})

test('egress cannot be narrowed, because nothing would enforce it', async () => {
  const cloud = startCloud()
  const id = await create(cloud, 'nodes')
  const everything = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
  const revoke = cloud.call('ec2', 'RevokeSecurityGroupEgress', { GroupId: id, IpPermissions: everything })
  expect(await refusal(revoke)).toBe('UnsupportedOperation')
})
