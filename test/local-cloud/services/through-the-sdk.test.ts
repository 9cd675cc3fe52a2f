import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  GetCommandInvocationCommand,
  GetParameterCommand,
  PutParameterCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { authorityOf } from '../../../src/local-cloud/services/authority.ts'
import { models } from '../../../src/local-cloud/wire/models.ts'
import type { ServiceName } from '../../../src/local-cloud/wire/service.ts'
import { startWireServer, type WireServer } from '../wire/wire-server.ts'
import { eventually, startCloud, UBUNTU } from './start-cloud.ts'

let wire: WireServer
let cloud: ReturnType<typeof startCloud>
beforeAll(async () => {
  cloud = startCloud({ keepOpen: true })
  wire = await startWireServer(cloud.handlers, { authority: authorityOf(cloud.world) })
})
afterAll(async () => {
  await wire.close()
  cloud.close()
})

const settings = () => ({
  endpoint: wire.endpoint,
  region: cloud.world.region,
  credentials: cloud.world.userKey,
  maxAttempts: 1,
})

test('the wire knows every operation that the services have', () => {
  const unknown = Object.entries(cloud.handlers).flatMap(([service, operations]) =>
    Object.keys(operations ?? {}).filter((name) => !(name in models[service as ServiceName].operations)),
  )
  expect(unknown).toEqual([])
})

test('a machine is launched and commanded', async () => {
  const ec2 = new EC2Client(settings())
  const ssm = new SSMClient(settings())
  await cloud.createProfile('node')
  const launched = await ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: UBUNTU, InstanceType: 't3.large', MinCount: 1, MaxCount: 1 },
      IamInstanceProfile: { Name: 'node' },
      UserData: Buffer.from('#!/bin/sh\n').toString('base64'),
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'role', Value: 'server' }] }],
    }),
  )
  const id = launched.Instances?.[0]?.InstanceId ?? ''
  const found = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'tag:role', Values: ['server'] }] }),
  )
  expect(found.Reservations?.[0]?.Instances?.[0]).toMatchObject({
    InstanceId: id,
    LaunchTime: expect.any(Date),
    Tags: [{ Key: 'role', Value: 'server' }],
    BlockDeviceMappings: [{ DeviceName: '/dev/sda1' }],
  })
  const send = new SendCommandCommand({
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [id],
    Parameters: { commands: ['true'] },
  })
  const sent = await eventually(
    () => ssm.send(send).catch(({ name }: Error) => name),
    (answer) => answer !== 'InvalidInstanceId',
  )
  if (typeof sent === 'string') throw new Error(sent)
  const CommandId = sent.Command?.CommandId ?? ''
  const ask = new GetCommandInvocationCommand({ CommandId, InstanceId: id })
  const ended = await eventually(
    () => ssm.send(ask).catch(({ name }: Error) => name),
    (answer) => typeof answer !== 'string' && answer.Status === 'Success',
  )
  expect(ended).toMatchObject({ ResponseCode: 0, StandardOutputContent: '{}' })
})

test('a target behind a balancer becomes healthy', async () => {
  const elb = new ElasticLoadBalancingV2Client(settings())
  const id = await cloud.launchOne()
  const Subnets = [...cloud.world.network.subnets.keys()]
  const made = await elb.send(new CreateLoadBalancerCommand({ Name: 'lb', Type: 'network', Subnets }))
  const LoadBalancerArn = made.LoadBalancers?.[0]?.LoadBalancerArn ?? ''
  const groups = await elb.send(
    new CreateTargetGroupCommand({
      ...{ Name: 'tg', Protocol: 'TCP', Port: 6443, VpcId: [...cloud.world.network.vpcs.keys()][0] },
      ...{ HealthCheckIntervalSeconds: 10, HealthyThresholdCount: 2 },
    }),
  )
  const TargetGroupArn = groups.TargetGroups?.[0]?.TargetGroupArn ?? ''
  const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }]
  await elb.send(new CreateListenerCommand({ LoadBalancerArn, Protocol: 'TCP', Port: 6443, DefaultActions }))
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: id }] }))
  await eventually(
    () => elb.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
    (answer) => answer.TargetHealthDescriptions?.[0]?.TargetHealth?.State === 'healthy',
  )
  const { LoadBalancers: balancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['lb'] }))
  expect(balancers?.[0]).toMatchObject({
    State: { Code: 'active' },
    DNSName: expect.stringContaining('.elb.'),
  })
}, 15_000)

test('refusals arrive by name in every protocol', async () => {
  const name = (asked: Promise<unknown>) => asked.catch((error: Error) => error.name)
  const { ec2, elb, iam, ssm } = {
    ec2: new EC2Client(settings()),
    elb: new ElasticLoadBalancingV2Client(settings()),
    iam: new IAMClient({ ...settings(), region: 'us-east-1' }),
    ssm: new SSMClient(settings()),
  }
  const InstanceIds = ['i-0123456789abcdef0']
  expect(await name(ec2.send(new DescribeInstancesCommand({ InstanceIds })))).toBe(
    'InvalidInstanceID.NotFound',
  )
  expect(await name(elb.send(new DescribeLoadBalancersCommand({ Names: ['none'] })))).toBe(
    'LoadBalancerNotFoundException',
  )
  expect(await name(iam.send(new GetRoleCommand({ RoleName: 'none' })))).toBe('NoSuchEntityException')
  expect(await name(ssm.send(new GetParameterCommand({ Name: '/none' })))).toBe('ParameterNotFound')
  const put = new PutParameterCommand({ Name: '/p', Value: 'v', Type: 'String' })
  await ssm.send(put)
  expect(await name(ssm.send(put))).toBe('ParameterAlreadyExists')
})

test('the account says who calls', async () => {
  const { Account } = await new STSClient(settings()).send(new GetCallerIdentityCommand({}))
  expect(Account).toBe(cloud.world.account)
})
