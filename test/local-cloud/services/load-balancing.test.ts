import { expect, test } from '@jest/globals'
import { eventually, refusal, startCloud } from './start-cloud.ts'

type Cloud = ReturnType<typeof startCloud>

const balancerInput = ({ world }: Cloud, more: object = {}) => ({
  Name: 'pr-42',
  Type: 'network',
  Scheme: 'internal',
  Subnets: [...world.network.subnets.keys()].slice(0, 2),
  ...more,
})
const groupInput = ({ world }: Cloud, more: object = {}) => ({
  ...{
    Name: 'pr-42-6443',
    Protocol: 'TCP',
    Port: 6443,
    VpcId: [...world.network.vpcs.keys()][0],
    TargetType: 'instance',
  },
  ...{ HealthCheckIntervalSeconds: 10, HealthyThresholdCount: 2, UnhealthyThresholdCount: 2 },
  ...more,
})

async function build(cloud: Cloud, more: object = {}) {
  const { LoadBalancers: balancers } = await cloud.call(
    'elbv2',
    'CreateLoadBalancer',
    balancerInput(cloud, more),
  )
  const { TargetGroups: groups } = await cloud.call('elbv2', 'CreateTargetGroup', groupInput(cloud))
  const [balancer, group] = [balancers[0], groups[0]]
  const listen = {
    LoadBalancerArn: balancer.LoadBalancerArn,
    Protocol: 'TCP',
    Port: 6443,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: group.TargetGroupArn }],
  }
  const { Listeners: listeners } = await cloud.call('elbv2', 'CreateListener', listen)
  return { balancer, group, listen, listener: listeners[0], arn: group.TargetGroupArn as string }
}

const health = async (cloud: Cloud, TargetGroupArn: string, Targets?: object[]): Promise<string[]> => {
  const found = await cloud.call('elbv2', 'DescribeTargetHealth', { TargetGroupArn, Targets })
  return found.TargetHealthDescriptions.map(
    // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
    ({ TargetHealth: { State: state, Reason: reason } }: any) => [state, reason].filter(Boolean).join('/'),
  )
}

const register = (cloud: Cloud, TargetGroupArn: string, Id: string) =>
  cloud.call('elbv2', 'RegisterTargets', { TargetGroupArn, Targets: [{ Id }] })

test.each([
  ['CreateLoadBalancer', { Name: 'a'.repeat(33) }, 'ValidationError'],
  ['CreateLoadBalancer', { Name: '-a' }, 'ValidationError'],
  ['CreateLoadBalancer', { Name: 'internal-a' }, 'ValidationError'],
  ['CreateLoadBalancer', { Type: 'application' }, 'InvalidConfigurationRequest'],
  ['CreateLoadBalancer', { Subnets: ['subnet-0'] }, 'SubnetNotFound'],
  ['CreateLoadBalancer', { SecurityGroups: ['sg-0'] }, 'InvalidSecurityGroup'],
  ['CreateLoadBalancer', { Scheme: 'internet-facing' }, 'DuplicateLoadBalancerName'],
  ['CreateTargetGroup', { Name: 'a_b' }, 'ValidationError'],
  ['CreateTargetGroup', { HealthCheckProtocol: 'HTTPS' }, 'InvalidConfigurationRequest'],
  ['CreateTargetGroup', { HealthCheckTimeoutSeconds: 11 }, 'ValidationError'],
  ['CreateTargetGroup', { Protocol: 'UDP' }, 'InvalidConfigurationRequest'],
  ['CreateTargetGroup', { Port: 9345 }, 'DuplicateTargetGroupName'],
])('%s refuses %p', async (operation, more, code) => {
  const cloud = startCloud()
  await build(cloud)
  const input = operation === 'CreateLoadBalancer' ? balancerInput(cloud, more) : groupInput(cloud, more)
  expect(await refusal(cloud.call('elbv2', operation, input))).toBe(code)
})

test('a subnet with fewer than 8 free addresses takes no new balancer, and keeps the one it has', async () => {
  const cloud = startCloud()
  const { subnets } = cloud.world.network
  const [first] = subnets.values()
  if (!first) throw new Error('no subnet')
  subnets.set(first.id, { ...first, cidr: first.cidr.replace('/20', '/29') })
  await expect(cloud.call('elbv2', 'CreateLoadBalancer', balancerInput(cloud))).rejects.toMatchObject({
    code: 'InvalidSubnet',
    message: `Not enough IP space available in ${first.id}. ELB requires at least 8 free IP addresses in each subnet.`,
  })
  subnets.set(first.id, first)
  await build(cloud)
  subnets.set(first.id, { ...first, cidr: first.cidr.replace('/20', '/29') })
  await build(cloud)
})

test('everything can be created again with the same settings', async () => {
  const cloud = startCloud()
  const [first, second] = [await build(cloud), await build(cloud)]
  expect(second.balancer.LoadBalancerArn).toBe(first.balancer.LoadBalancerArn)
  expect([second.arn, second.listener.ListenerArn]).toEqual([first.arn, first.listener.ListenerArn])
  expect(first.balancer.LoadBalancerArn).toMatch(/:loadbalancer\/net\/pr-42\/[0-9a-f]{16}$/)
})

test('a target comes into use, fails, fails open, and drains', async () => {
  const cloud = startCloud()
  const { arn, balancer } = await build(cloud)
  await cloud.call('elbv2', 'ModifyLoadBalancerAttributes', {
    LoadBalancerArn: balancer.LoadBalancerArn,
    Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
  })
  const id = await cloud.launchOne()
  await register(cloud, arn, id)
  expect(await health(cloud, arn)).toEqual(['initial/Elb.RegistrationInProgress'])
  await eventually(
    () => health(cloud, arn),
    ([state]) => state === 'healthy',
  )
  const route = {
    addresses: ['172.31.0.4', '172.31.16.4'],
    port: 6443,
    targets: [{ address: '172.31.0.5', port: 6443 }],
    preserveClientIp: true,
  }
  expect(cloud.ether.balancers).toEqual([route])
  expect(cloud.ether.names).toEqual({ [balancer.DNSName]: route.addresses })
  cloud.ether.deaf.add('172.31.0.5')
  await eventually(
    () => health(cloud, arn),
    ([state]) => state === 'unhealthy/Target.FailedHealthChecks',
  )
  expect(cloud.ether.balancers).toEqual([route])
  await cloud.call('elbv2', 'DeregisterTargets', { TargetGroupArn: arn, Targets: [{ Id: id }] })
  expect(await health(cloud, arn)).toEqual(['draining/Target.DeregistrationInProgress'])
  expect(cloud.ether.balancers).toEqual([{ ...route, targets: [] }])
  await eventually(
    () => health(cloud, arn),
    (all) => all.length === 0,
  )
  expect(await health(cloud, arn, [{ Id: id }])).toEqual(['unused/Target.NotRegistered'])
}, 15_000)

test('a target that no listener or no zone of the balancer serves is not used', async () => {
  const cloud = startCloud()
  const { arn, listener } = await build(cloud)
  const id = await cloud.launchOne({ Placement: { AvailabilityZone: 'eu-west-1c' } })
  await register(cloud, arn, id)
  expect(await health(cloud, arn)).toEqual(['unused/Target.NotInUse'])
  await cloud.call('elbv2', 'DeleteListener', { ListenerArn: listener.ListenerArn })
  expect(await health(cloud, arn)).toEqual(['unused/Target.NotInUse'])
  await cloud.call('ec2', 'StopInstances', { InstanceIds: [id], SkipOsShutdown: true })
  expect(await refusal(register(cloud, arn, id))).toBe('InvalidTarget')
})

test('a deleted balancer is gone, but its interfaces hold its security group for a while', async () => {
  const cloud = startCloud()
  const { GroupId: id } = await cloud.call('ec2', 'CreateSecurityGroup', {
    GroupName: 'lb',
    Description: 'd',
  })
  const { balancer, arn } = await build(cloud, { SecurityGroups: [id] })
  const removeGroup = () => refusal(cloud.call('elbv2', 'DeleteTargetGroup', { TargetGroupArn: arn }))
  expect(await removeGroup()).toBe('ResourceInUse')
  const remove = () =>
    refusal(cloud.call('elbv2', 'DeleteLoadBalancer', { LoadBalancerArn: balancer.LoadBalancerArn }))
  expect([await remove(), await remove()]).toEqual(Array(2).fill('nothing: it succeeded'))
  expect(await removeGroup()).toBe('nothing: it succeeded')
  expect(await refusal(cloud.call('elbv2', 'DescribeLoadBalancers', { Names: ['pr-42'] }))).toBe(
    'LoadBalancerNotFound',
  )
  const left = await cloud.call('ec2', 'DescribeNetworkInterfaces', {
    Filters: [{ Name: 'description', Values: ['ELB net/pr-42/*'] }],
  })
  expect(left.NetworkInterfaces).toHaveLength(2)
  const deleteGroup = () => refusal(cloud.call('ec2', 'DeleteSecurityGroup', { GroupId: id }))
  expect(await deleteGroup()).toBe('DependencyViolation')
  await eventually(deleteGroup, (answer) => answer !== 'DependencyViolation')
  expect(cloud.world.interfaces.size).toBe(0)
})
