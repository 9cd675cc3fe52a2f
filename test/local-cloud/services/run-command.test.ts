import { expect, test } from '@jest/globals'
import { eventually, refusal, startCloud } from './start-cloud.ts'

type Cloud = ReturnType<typeof startCloud>

async function managed(cloud: Cloud): Promise<string> {
  await cloud.createProfile('node')
  const id = await cloud.launchOne({ IamInstanceProfile: { Name: 'node' } })
  await eventually(
    () => cloud.call('ssm', 'DescribeInstanceInformation'),
    ({ InstanceInformationList: list }) => list.length === 1,
  )
  return id
}

const send = (cloud: Cloud, id: string, more: object = {}) =>
  cloud.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [id],
    Comment: 'hello',
    Parameters: { commands: ['echo a', 'echo b'] },
    ...more,
  })

const ended = (cloud: Cloud, command: { CommandId: string }, details: string) =>
  eventually(
    () => cloud.call('ssm', 'ListCommandInvocations', { CommandId: command.CommandId, Details: true }),
    ({ CommandInvocations: list }) => list[0]?.StatusDetails === details,
  )

test('a machine registers, gets a command and answers', async () => {
  const cloud = startCloud({
    answer: ({ comment, commands }) => ({ exitCode: 0, stdout: `${comment}: ${commands.join(';')}` }),
  })
  const id = await managed(cloud)
  const { Command: command } = await send(cloud, id)
  const { CommandInvocations: invocations } = await ended(cloud, command, 'Success')
  expect(invocations[0].CommandPlugins[0]).toMatchObject({ ResponseCode: 0, Output: 'hello: echo a;echo b' })
  const whole = await cloud.call('ssm', 'GetCommandInvocation', {
    CommandId: command.CommandId,
    InstanceId: id,
  })
  expect(whole).toMatchObject({ Status: 'Success', StandardOutputContent: 'hello: echo a;echo b' })
  expect(cloud.troubles).toEqual([])
})

test('of a long output the service keeps the first 24,000 characters, and 2,500 in lists', async () => {
  const cloud = startCloud({ answer: () => ({ exitCode: 7, stdout: 'x'.repeat(30_000) }) })
  const id = await managed(cloud)
  const { Command: command } = await send(cloud, id)
  const { CommandInvocations: invocations } = await ended(cloud, command, 'Failed')
  expect(invocations[0].CommandPlugins[0].Output).toHaveLength(2_500)
  const whole = await cloud.call('ssm', 'GetCommandInvocation', {
    CommandId: command.CommandId,
    InstanceId: id,
  })
  expect(whole).toMatchObject({ Status: 'Failed', ResponseCode: 7 })
  expect(whole.StandardOutputContent).toHaveLength(24_000)
})

test('in the first moment the invocation does not exist, and the list is empty', async () => {
  const cloud = startCloud({ speed: 20 })
  const id = await managed(cloud)
  const { Command: command } = await send(cloud, id)
  expect(
    await refusal(
      cloud.call('ssm', 'GetCommandInvocation', { CommandId: command.CommandId, InstanceId: id }),
    ),
  ).toBe('InvocationDoesNotExist')
  const listed = await cloud.call('ssm', 'ListCommandInvocations', { CommandId: command.CommandId })
  expect(listed.CommandInvocations).toEqual([])
})

test('a machine without a role runs and never registers', async () => {
  const cloud = startCloud()
  const id = await cloud.launchOne()
  await expect(send(cloud, id)).rejects.toMatchObject({
    code: 'InvalidInstanceId',
    message: `Instances [[${id}]] not in a valid state for account 123456789012`,
  })
})

test('an impaired machine never registers, and says so in its status', async () => {
  const cloud = startCloud()
  cloud.world.faults.inject({ name: 'never-registers', count: 1 })
  await cloud.createProfile('node')
  const id = await cloud.launchOne({ IamInstanceProfile: { Name: 'node' } })
  const { InstanceStatuses: statuses } = await cloud.call('ec2', 'DescribeInstanceStatus')
  expect(statuses[0].InstanceStatus.Status).toBe('impaired')
  expect(await refusal(send(cloud, id))).toBe('InvalidInstanceId')
})

test('a stopped machine is listed no longer, yet takes commands', async () => {
  const cloud = startCloud()
  const id = await managed(cloud)
  await cloud.call('ec2', 'StopInstances', { InstanceIds: [id], SkipOsShutdown: true })
  await eventually(
    () => cloud.call('ec2', 'DescribeInstances', { InstanceIds: [id] }),
    ({ Reservations: [found] }) => found.Instances[0].State.Name === 'stopped',
  )
  expect((await cloud.call('ssm', 'DescribeInstanceInformation')).InstanceInformationList).toEqual([])
  expect((await send(cloud, id)).Command.StatusDetails).toBe('Pending')
})

test('a machine that was stopped is listed again by what its agent reports after the start', async () => {
  const cloud = startCloud()
  const id = await managed(cloud)
  const { nodes, instances } = cloud.world
  const listed = async () =>
    (await cloud.call('ssm', 'DescribeInstanceInformation')).InstanceInformationList.length
  const [node, instance] = [nodes.get(id), instances.get(id)]
  if (!node || !instance) throw new Error('no machine')
  instances.set(id, { ...instance, launchedAt: node.lastContactAt + 60_000 })
  expect(await listed()).toBe(0)
  nodes.set(id, { ...node, lastContactAt: node.lastContactAt + 60_000 })
  expect(await listed()).toBe(1)
})

test.each([
  ['an unknown document', { DocumentName: 'AWS-RunPowerShellScript' }, 'InvalidDocument'],
  ['an unknown version', { DocumentVersion: '7' }, 'InvalidDocumentVersion'],
  ['no commands', { Parameters: {} }, 'InvalidParameters'],
  ['an unknown parameter', { Parameters: { commands: ['x'], comands: ['y'] } }, 'InvalidParameters'],
  [
    'a timeout that is no number',
    { Parameters: { commands: ['x'], executionTimeout: ['1h'] } },
    'InvalidParameters',
  ],
  ['a secret parameter', { Parameters: { commands: ['echo {{ssm-secure:x}}'] } }, 'InvalidParameters'],
  ['too large a script', { Parameters: { commands: ['x'.repeat(65_536)] } }, 'MaxDocumentSizeExceeded'],
  ['an unknown machine', { InstanceIds: ['i-0123456789abcdef0'] }, 'InvalidInstanceId'],
  ['no target', { InstanceIds: undefined }, 'ValidationException'],
  ['an option the cloud lacks', { OutputS3BucketName: 'bucket' }, 'ValidationException'],
])('SendCommand refuses %s', async (_, more, code) => {
  const cloud = startCloud()
  expect(await refusal(send(cloud, 'i-0123456789abcdef1', more))).toBe(code)
})

test('a tag that matches nothing ends the command', async () => {
  const cloud = startCloud()
  const { Command: command } = await send(cloud, '', {
    InstanceIds: undefined,
    Targets: [{ Key: 'tag:role', Values: ['server'] }],
  })
  expect(command).toMatchObject({ StatusDetails: 'NoInstancesInTag', TargetCount: 0 })
})
