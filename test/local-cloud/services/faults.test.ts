import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import {
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  DescribeParametersCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { afterEach, expect, test } from '@jest/globals'
import { systemClock } from '../../../src/kit/clock.ts'
import { authorityOf } from '../../../src/local-cloud/services/authority.ts'
import { startWireServer, type WireServer } from '../wire/wire-server.ts'
import { type StartOptions, startCloud, UBUNTU } from './start-cloud.ts'

let wire: WireServer | undefined
afterEach(() => wire?.close())

/** A cloud behind HTTP, and clients of the SDK that try once. Slow enough for what a minute of AWS's must hold. */
async function clients(options: StartOptions = {}) {
  const cloud = startCloud({ speed: 10, ...options })
  const { world, handlers } = cloud
  wire = await startWireServer(handlers, { authority: authorityOf(world) })
  const settings = {
    endpoint: wire.endpoint,
    region: world.region,
    credentials: world.userKey,
    maxAttempts: 1,
  }
  const ec2 = new EC2Client(settings)
  const elb = new ElasticLoadBalancingV2Client(settings)
  const iam = new IAMClient({ ...settings, region: 'us-east-1' })
  const ssm = new SSMClient(settings)
  const inject = (name: string, count = 1) => world.faults.inject({ name, count })
  return { world, ec2, elb, iam, ssm, inject }
}

/** A clock whose time stands still but for what a test adds: a slow machine's own time counts for nothing. */
function stillClock() {
  let time = Date.now()
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { clock: { ...systemClock, now: () => time }, pass }
}

const machine = { ImageId: UBUNTU, InstanceType: 't3.large' as const, MinCount: 1, MaxCount: 1 }
const group = (name: string) => new CreateSecurityGroupCommand({ GroupName: name, Description: name })
const refused = (asked: Promise<unknown>) =>
  asked.then(
    () => 'nothing',
    ({ name }: Error) => name,
  )

test('a 500 before the work: nothing is done', async () => {
  const { world, ec2, inject } = await clients()
  inject('error-before:RunInstances')
  expect(await refused(ec2.send(new RunInstancesCommand(machine)))).toBe('InternalError')
  expect(world.instances.size).toBe(0)
})

test('what was made just now is not known yet, in each service’s words', async () => {
  const { world, ec2, elb, iam, ssm, inject } = await clients()
  for (const operation of [
    ...['AuthorizeSecurityGroupIngress', 'DescribeInstances', 'ModifyTargetGroupAttributes'],
    ...['PutRolePolicy', 'GetParameter'],
  ])
    inject(`not-found:${operation}`)
  const { GroupId } = await ec2.send(group('new'))
  const rule = { GroupId, IpProtocol: 'tcp', FromPort: 1, ToPort: 1, CidrIp: '10.0.0.0/8' }
  const authorize = () => refused(ec2.send(new AuthorizeSecurityGroupIngressCommand(rule)))
  expect([await authorize(), await authorize()]).toEqual(['InvalidGroup.NotFound', 'nothing'])
  const { Instances: [made] = [] } = await ec2.send(new RunInstancesCommand(machine))
  const describe = () =>
    refused(ec2.send(new DescribeInstancesCommand({ InstanceIds: [made?.InstanceId ?? ''] })))
  expect([await describe(), await describe()]).toEqual(['InvalidInstanceID.NotFound', 'nothing'])
  const { TargetGroups: [targets] = [] } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 't',
      Protocol: 'TCP',
      Port: 1,
      VpcId: [...world.network.vpcs.keys()][0],
    }),
  )
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }]
  const { TargetGroupArn } = targets ?? {}
  expect(
    await refused(elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }))),
  ).toBe('TargetGroupNotFoundException')
  const RoleName = 'node'
  const document = '{"Version":"2012-10-17","Statement":[]}'
  const trust = {
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } },
  }
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }))
  const policy = { RoleName, PolicyName: 'p', PolicyDocument: document }
  expect(await refused(iam.send(new PutRolePolicyCommand(policy)))).toBe('NoSuchEntityException')
  await ssm.send(new PutParameterCommand({ Name: '/p', Value: 'v', Type: 'String' }))
  expect(await refused(ssm.send(new GetParameterCommand({ Name: '/p' })))).toBe('ParameterNotFound')
})

test.each([
  [1, 50, 'InvalidGroup.NotFound'],
  [1, 60, 'nothing'],
  // As long as a busy machine may need from one call to the next.
  [200, 5, 'InvalidGroup.NotFound'],
  [200, 10, 'nothing'],
])('at speed %d what was made %d s ago may be unknown: %s', async (speed, seconds, told) => {
  const { clock, pass } = stillClock()
  const { world, ec2, inject } = await clients({ speed, clock })
  inject('not-found:DescribeSecurityGroups')
  const { GroupId = '' } = await ec2.send(group('old'))
  pass(seconds * 1000)
  expect(await refused(ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] })))).toBe(told)
  // What is new is waited for.
  expect(world.faults.pending()).toHaveLength(told === 'nothing' ? 1 : 0)
})

test('stale answers show what was there before the latest change', async () => {
  const { ec2, ssm, inject } = await clients()
  for (const operation of [
    'DescribeSecurityGroups',
    'DescribeInstances',
    'DescribeParameters',
    'GetParameter',
  ])
    inject(`stale:${operation}`)
  const groups = async () =>
    (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups?.map(({ GroupName }) => GroupName)
  expect(await groups()).toEqual(['default'])
  await ec2.send(group('new'))
  expect([await groups(), await groups()]).toEqual([['default'], ['default', 'new']])
  const { Instances: [made] = [] } = await ec2.send(new RunInstancesCommand(machine))
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [made?.InstanceId ?? ''] }))
  const states = async () =>
    (await ec2.send(new DescribeInstancesCommand({}))).Reservations?.map(
      ({ Instances }) => Instances?.[0]?.State?.Name,
    )
  expect([await states(), await states()]).toEqual([['pending'], ['shutting-down']])
  const put = (Value: string) =>
    ssm.send(new PutParameterCommand({ Name: '/p', Value, Type: 'String', Overwrite: true }))
  await put('old')
  expect((await ssm.send(new DescribeParametersCommand({}))).Parameters).toEqual([])
  await put('new')
  const read = async () => (await ssm.send(new GetParameterCommand({ Name: '/p' }))).Parameter?.Value
  expect([await read(), await read()]).toEqual(['old', 'new'])
})

test('a profile that is there is not usable yet', async () => {
  const cloud = startCloud()
  await cloud.createProfile('node')
  cloud.world.faults.inject({ name: 'unknown-profile', count: 1 })
  const launch = { IamInstanceProfile: { Name: 'node' } }
  await expect(cloud.launch(launch)).rejects.toMatchObject({
    code: 'InvalidParameterValue',
    message: expect.stringContaining('Invalid IAM Instance Profile name'),
  })
  await cloud.launch(launch)
  expect(cloud.world.instances.size).toBe(1)
})

test('calls above AWS’s buckets are refused where that is asked for, and the buckets refill by modelled time', async () => {
  const launches = async (throttles: boolean, speed: number) => {
    const { clock, pass } = stillClock()
    const { ec2 } = await clients({ throttles, speed, clock })
    const asked = Array.from({ length: 8 }, () => refused(ec2.send(new RunInstancesCommand(machine))))
    const told = await Promise.all(asked)
    pass(20)
    const later = await refused(ec2.send(new RunInstancesCommand(machine)))
    await wire?.close()
    return [told.filter((name) => name === 'RequestLimitExceeded').length, later]
  }
  expect(await launches(true, 1)).toEqual([3, 'RequestLimitExceeded'])
  // 20 ms are 2 s, and 4 tokens.
  expect(await launches(true, 100)).toEqual([3, 'nothing'])
  expect(await launches(false, 1)).toEqual([0, 'nothing'])
})

test('a mix strikes an SDK’s calls, and what it says afterwards is the truth', async () => {
  const { world, ec2 } = await clients()
  world.faults.mix(4)
  const names = Array.from({ length: 60 }, () => refused(ec2.send(new DescribeSubnetsCommand({}))))
  const told = new Set(await Promise.all(names))
  expect(told).toContain('nothing')
  expect(told).toContain('RequestLimitExceeded')
  expect(told).toContain('InternalError')
  world.faults.clear()
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}))
  expect(Subnets).toHaveLength(3)
})
