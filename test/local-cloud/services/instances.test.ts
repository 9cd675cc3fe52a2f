import { expect, test } from '@jest/globals'
import { eventually, refusal, startCloud } from './start-cloud.ts'

type Cloud = ReturnType<typeof startCloud>
const ARM = 'ami-0a1b2c3d4e5f60002'

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
async function describe(cloud: Cloud, input: object = {}): Promise<any[]> {
  const { Reservations: reservations } = await cloud.call('ec2', 'DescribeInstances', input)
  return reservations.flatMap(({ Instances: instances }: { Instances: object[] }) => instances)
}

test.each([
  ['an unknown image', { ImageId: 'ami-0123456789abcdef0' }, 'InvalidAMIID.NotFound'],
  ['no image id', { ImageId: 'ubuntu' }, 'InvalidAMIID.Malformed'],
  ['an unknown type', { InstanceType: 't9.huge' }, 'InvalidParameterValue'],
  ['a type of another architecture', { InstanceType: 'm7g.large' }, 'InvalidParameterValue'],
  ['an unknown subnet', { SubnetId: 'subnet-0123456789abcdef0' }, 'InvalidSubnetID.NotFound'],
  ['an unknown zone', { Placement: { AvailabilityZone: 'eu-west-1d' } }, 'InvalidParameterValue'],
  ['an unknown group', { SecurityGroupIds: ['sg-0123456789abcdef0'] }, 'InvalidGroup.NotFound'],
  ['an unknown profile', { IamInstanceProfile: { Name: 'nobody' } }, 'InvalidParameterValue'],
  ['too long user data', { UserData: Buffer.alloc(16_385).toString('base64') }, 'InvalidParameterValue'],
  ['user data that is not base64', { UserData: 'echo hello' }, 'InvalidParameterValue'],
  [
    'tags of something it does not make',
    { TagSpecifications: [{ ResourceType: 'vpc', Tags: [] }] },
    'InvalidParameterValue',
  ],
  [
    'reserved tags',
    { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:x', Value: '' }] }] },
    'InvalidParameterValue',
  ],
  [
    'a slash in a tag that metadata would show',
    {
      MetadataOptions: { InstanceMetadataTags: 'enabled' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a/b', Value: '' }] }],
    },
    'InvalidParameterValue',
  ],
  [
    'too small a root volume',
    { BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 2 } }] },
    'InvalidBlockDeviceMapping',
  ],
  [
    'a spot request that stays',
    { InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { SpotInstanceType: 'persistent' } } },
    'UnsupportedOperation',
  ],
  ['a placement it cannot give', { Placement: { Tenancy: 'dedicated' } }, 'UnsupportedOperation'],
  ['nothing, when it was a question', { DryRun: true }, 'DryRunOperation'],
  [
    'a type its zone lacks',
    { ImageId: ARM, InstanceType: 'c7g.large', Placement: { AvailabilityZone: 'eu-west-1c' } },
    'Unsupported',
  ],
])('RunInstances refuses %s', async (_, input, code) => {
  const cloud = startCloud()
  expect(await refusal(cloud.launch(input))).toBe(code)
  expect(await describe(cloud)).toEqual([])
})

test('a mismatch of architectures is told in AWS’s words', async () => {
  await expect(startCloud().launch({ InstanceType: 'm7g.large' })).rejects.toThrow(
    "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI",
  )
})

test('a zone without capacity fails once, as a server error', async () => {
  const cloud = startCloud()
  cloud.world.faults.inject({ name: 'capacity:eu-west-1a/t3.large', count: 1 })
  await expect(cloud.launch()).rejects.toMatchObject({ code: 'InsufficientInstanceCapacity', status: 500 })
  expect((await cloud.launch()).Instances).toHaveLength(1)
})

test('the same token gives the same machines, other parameters with it are refused', async () => {
  const cloud = startCloud()
  const [first, second] = [await cloud.launch({ ClientToken: 't' }), await cloud.launch({ ClientToken: 't' })]
  expect(second.Instances[0].InstanceId).toBe(first.Instances[0].InstanceId)
  expect(await refusal(cloud.launch({ ClientToken: 't', MaxCount: 2 }))).toBe('IdempotentParameterMismatch')
  expect(await describe(cloud)).toHaveLength(1)
})

test('a new profile is not seen by EC2 at first', async () => {
  const cloud = startCloud({ speed: 20 })
  await cloud.call('iam', 'CreateInstanceProfile', { InstanceProfileName: 'new' })
  await expect(cloud.launch({ IamInstanceProfile: { Name: 'new' } })).rejects.toThrow(
    'Value (new) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
  )
})

test('a machine lives, and takes its volumes and its interface with it', async () => {
  const cloud = startCloud()
  const tags = ['instance', 'volume', 'network-interface'].map((ResourceType) => ({
    ResourceType,
    Tags: [{ Key: 'cluster', Value: 'pr-42' }],
  }))
  const mine = { Filters: [{ Name: 'tag:cluster', Values: ['pr-42'] }] }
  const launched = await cloud.launch({ TagSpecifications: tags })
  expect(launched.Instances[0]).toMatchObject({
    State: { Name: 'pending' },
    PrivateIpAddress: '172.31.0.4',
    PrivateDnsName: 'ip-172-31-0-4.eu-west-1.compute.internal',
  })
  await eventually(
    () => describe(cloud, mine),
    ([one]) => one.State.Name === 'running',
  )
  expect((await cloud.call('ec2', 'DescribeVolumes', mine)).Volumes).toHaveLength(1)
  expect((await cloud.call('ec2', 'DescribeNetworkInterfaces', mine)).NetworkInterfaces).toHaveLength(1)
  const id: string = launched.Instances[0].InstanceId
  const { TerminatingInstances: changes } = await cloud.call('ec2', 'TerminateInstances', {
    InstanceIds: [id],
  })
  expect(changes).toMatchObject([
    { PreviousState: { Name: 'running' }, CurrentState: { Name: 'shutting-down' } },
  ])
  const [gone] = await eventually(
    () => describe(cloud, mine),
    ([one]) => one.State.Name === 'terminated',
  )
  expect(gone).toMatchObject({ StateReason: { Code: 'Client.UserInitiatedShutdown' }, NetworkInterfaces: [] })
  expect((await cloud.call('ec2', 'DescribeVolumes', mine)).Volumes).toEqual([])
  expect((await cloud.call('ec2', 'DescribeNetworkInterfaces', mine)).NetworkInterfaces).toEqual([])
})

test('a machine that stops comes back with its address, and only from a state that allows it', async () => {
  const cloud = startCloud()
  const id = await cloud.launchOne()
  expect((await cloud.call('ec2', 'StartInstances', { InstanceIds: [id] })).StartingInstances).toMatchObject([
    { CurrentState: { Name: 'running' } },
  ])
  await cloud.call('ec2', 'StopInstances', { InstanceIds: [id] })
  expect(await refusal(cloud.call('ec2', 'StartInstances', { InstanceIds: [id] }))).toBe(
    'IncorrectInstanceState',
  )
  const state = (name: string) =>
    eventually(
      () => describe(cloud, { InstanceIds: [id] }),
      ([one]) => one.State.Name === name,
    )
  const [stopped] = await state('stopped')
  await cloud.call('ec2', 'StartInstances', { InstanceIds: [id] })
  const [running] = await state('running')
  expect(running.PrivateIpAddress).toBe(stopped.PrivateIpAddress)
})

test('what does not exist, or is protected, stops a termination as a whole', async () => {
  const cloud = startCloud()
  const id = await cloud.launchOne()
  const held = await cloud.launchOne({ DisableApiTermination: true })
  const terminate = (...InstanceIds: string[]) =>
    refusal(cloud.call('ec2', 'TerminateInstances', { InstanceIds }))
  expect(await terminate(id, 'i-0123456789abcdef0')).toBe('InvalidInstanceID.NotFound')
  expect(await terminate(id, held)).toBe('OperationNotPermitted')
  expect((await describe(cloud)).map(({ State: { Name } }) => Name)).toEqual(['running', 'running'])
})

test('filters are joined by "and", their values by "or", with wildcards; an unknown one is refused', async () => {
  const cloud = startCloud()
  for (const role of ['server', 'agent']) {
    const Tags = [{ Key: 'role', Value: role }]
    await cloud.launch({ TagSpecifications: [{ ResourceType: 'instance', Tags }] })
  }
  const count = async (...filters: [string, ...string[]][]) =>
    (await describe(cloud, { Filters: filters.map(([Name, ...Values]) => ({ Name, Values })) })).length
  expect(await count(['tag:role', 'server', 'agent'])).toBe(2)
  expect(await count(['tag:role', 's*'])).toBe(1)
  expect(await count(['tag-key', 'role'], ['instance-state-name', 'stopped'])).toBe(0)
  expect(await refusal(describe(cloud, { Filters: [{ Name: 'colour', Values: ['red'] }] }))).toBe(
    'InvalidParameterValue',
  )
})

test('lists come in pages, but not for ids', async () => {
  const cloud = startCloud()
  const { Instances: all } = await cloud.launch({ MinCount: 7, MaxCount: 7 })
  const first = await cloud.call('ec2', 'DescribeInstances', { MaxResults: 5 })
  const rest = await cloud.call('ec2', 'DescribeInstances', { MaxResults: 5, NextToken: first.NextToken })
  const pages = [first, rest].map(({ Reservations: [one] }) => one.Instances.length)
  expect([pages, rest.NextToken]).toEqual([[5, 2], undefined])
  const both = { MaxResults: 5, InstanceIds: [all[0].InstanceId] }
  expect(await refusal(cloud.call('ec2', 'DescribeInstances', both))).toBe('InvalidParameterCombination')
})
