import { expect, test } from '@jest/globals'
import { OPEN, rules } from '../../../src/local-cloud/services/authorization/rules.ts'
import type { ServiceName } from '../../../src/local-cloud/wire/service.ts'
import { refusal, startCloud, UBUNTU } from './start-cloud.ts'

const trust = (AWS: string) =>
  JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } } })

/** A cloud, and calls under a role with these statements. */
async function underRole(...Statement: object[]) {
  const cloud = startCloud()
  const role = { RoleName: 'ci', AssumeRolePolicyDocument: trust('123456789012') }
  const { Role: made } = await cloud.call('iam', 'CreateRole', role)
  const PolicyDocument = JSON.stringify({ Statement })
  await cloud.call('iam', 'PutRolePolicy', { RoleName: 'ci', PolicyName: 'ci', PolicyDocument })
  const taken = await cloud.call('sts', 'AssumeRole', { RoleArn: made.Arn, RoleSessionName: 'run' })
  const as = async (service: ServiceName, operation: string, input: object = {}) =>
    cloud.handlers[service]?.[operation]?.(input, {
      ...{ service, operation, requestId: '', sourceAddress: undefined },
      region: cloud.world.region,
      accessKeyId: taken.Credentials.AccessKeyId,
    })
  return { ...cloud, as }
}

const allow = (Action: string, Resource = '*', Condition?: object) => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...(Condition && { Condition }),
})
const LAUNCH = { ImageId: UBUNTU, InstanceType: 't3.large', MinCount: 1, MaxCount: 1 }
const tagged = (Key: string) => ({
  TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key, Value: 'x' }] }],
})

test.each<[ServiceName, string, object, string, RegExp]>([
  [
    'ec2',
    'DescribeVpcs',
    {},
    'UnauthorizedOperation',
    /^You are not .* Encoded authorization failure message: /,
  ],
  ['elbv2', 'DescribeLoadBalancers', {}, 'AccessDenied', /elasticloadbalancing:DescribeLoadBalancers/],
  [
    'iam',
    'GetRole',
    { RoleName: 'ci' },
    'AccessDenied',
    /iam:GetRole on resource: arn:aws:iam::123456789012:role\/ci /,
  ],
  [
    'ssm',
    'GetParameter',
    { Name: '/a' },
    'AccessDeniedException',
    /:parameter\/a because no identity-based policy/,
  ],
])(
  '%s:%s that nothing allows is refused as the service words it',
  async (service, operation, input, code, words) => {
    const { as } = await underRole(allow('s3:*'))
    await expect(as(service, operation, input)).rejects.toMatchObject({ code })
    await expect(as(service, operation, input)).rejects.toThrow(words)
  },
)

test('who took a role on is its session', async () => {
  const { as } = await underRole(allow('s3:*'))
  expect(await as('sts', 'GetCallerIdentity')).toMatchObject({
    Arn: 'arn:aws:sts::123456789012:assumed-role/ci/run',
  })
})

test('a launch is judged by each of its parts', async () => {
  const ours = { Null: { 'aws:RequestTag/ours': 'false' } }
  const parts = ['image', 'subnet', 'security-group', 'volume', 'network-interface'].map((part) =>
    allow('ec2:RunInstances', `arn:aws:ec2:*:*:${part}/*`),
  )
  const { as } = await underRole(
    ...parts,
    allow('ec2:RunInstances', 'arn:aws:ec2:*::image/*'),
    allow('ec2:RunInstances', 'arn:aws:ec2:*:*:instance/*', ours),
    allow('ec2:CreateTags', '*', { StringEquals: { 'ec2:CreateAction': 'RunInstances' } }),
  )
  await expect(as('ec2', 'RunInstances', LAUNCH)).rejects.toThrow(
    /ec2:RunInstances on resource: \S+:instance\/\*/,
  )
  await expect(as('ec2', 'RunInstances', { ...LAUNCH, ...tagged('theirs') })).rejects.toThrow(/:instance\/\*/)
  const { Instances: instances } = (await as('ec2', 'RunInstances', { ...LAUNCH, ...tagged('ours') })) as {
    Instances: { InstanceId: string }[]
  }
  const afterwards = { Resources: [instances[0]?.InstanceId], Tags: [{ Key: 'a', Value: 'b' }] }
  expect(await refusal(as('ec2', 'CreateTags', afterwards))).toBe('UnauthorizedOperation')
})

test('a launch that names no group needs the right on the default group of its subnet’s VPC', async () => {
  const { as, world } = await underRole(
    ...['subnet', 'instance', 'volume', 'network-interface'].map((part) =>
      allow('ec2:RunInstances', `arn:aws:ec2:*:*:${part}/*`),
    ),
    allow('ec2:RunInstances', 'arn:aws:ec2:*::image/*'),
  )
  const [subnet] = world.network.subnets.values()
  const [group] = world.securityGroups.values()
  const refused = `ec2:RunInstances on resource: arn:aws:ec2:eu-west-1:123456789012:security-group/${group?.id}`
  for (const given of [{}, { SubnetId: subnet?.id }, { SecurityGroups: ['default'] }])
    await expect(as('ec2', 'RunInstances', { ...LAUNCH, ...given })).rejects.toThrow(refused)
})

test('a balancer with groups needs the right to look at its VPC’s groups besides', async () => {
  const { as, world } = await underRole(
    allow('elasticloadbalancing:CreateLoadBalancer'),
    allow('iam:CreateServiceLinkedRole'),
  )
  const [subnet] = world.network.subnets.values()
  const [group] = world.securityGroups.keys()
  const balancer = { Name: 'b', Type: 'network', Scheme: 'internal', Subnets: [subnet?.id] }
  await expect(as('elbv2', 'CreateLoadBalancer', { ...balancer, SecurityGroups: [group] })).rejects.toThrow(
    `ec2:GetSecurityGroupsForVpc on resource: arn:aws:ec2:eu-west-1:123456789012:vpc/${subnet?.vpcId}`,
  )
  expect(await refusal(as('elbv2', 'CreateLoadBalancer', balancer))).toBe('nothing: it succeeded')
})

test('an interface endpoint with private names needs the right to put their zone on the VPC besides', async () => {
  const { as, world } = await underRole(allow('ec2:CreateVpcEndpoint'))
  const [subnet] = world.network.subnets.values()
  const endpoint = {
    ...{ VpcEndpointType: 'Interface', ServiceName: 'com.amazonaws.eu-west-1.ssm' },
    ...{ VpcId: subnet?.vpcId, SubnetIds: [subnet?.id] },
  }
  await expect(as('ec2', 'CreateVpcEndpoint', { ...endpoint, PrivateDnsEnabled: true })).rejects.toThrow(
    'route53:AssociateVPCWithHostedZone on resource: arn:aws:route53:::hostedzone/*',
  )
  const without = as('ec2', 'CreateVpcEndpoint', { ...endpoint, PrivateDnsEnabled: false })
  expect(await refusal(without)).toBe('nothing: it succeeded')
})

test('a denial wins, and says so', async () => {
  const { as } = await underRole(allow('*'), { Effect: 'Deny', Action: 'ec2:*', Resource: '*' })
  await expect(as('ec2', 'DescribeVpcs')).rejects.toThrow('with an explicit deny in an identity-based policy')
  expect(await refusal(as('elbv2', 'DescribeLoadBalancers'))).toBe('nothing: it succeeded')
})

test('a role that does not trust the caller, or is not there, is not taken on', async () => {
  const cloud = startCloud()
  const { Role: made } = await cloud.call('iam', 'CreateRole', {
    RoleName: 'theirs',
    AssumeRolePolicyDocument: trust('999999999999'),
  })
  for (const RoleArn of [made.Arn, `${made.Arn}s`])
    expect(await refusal(cloud.call('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'run' }))).toBe(
      'AccessDenied',
    )
})

test('every operation that is served has a rule to judge it by', () => {
  const { handlers } = startCloud()
  const unjudged = Object.entries(handlers).flatMap(([service, operations]) =>
    Object.keys(operations ?? {})
      .filter((operation) => !rules[service as ServiceName][operation])
      .map((operation) => `${service}:${operation}`),
  )
  // A new operation needs a rule in src/local-cloud/services/authorization.
  expect(unjudged.filter((action) => !OPEN.includes(action))).toEqual([])
})
