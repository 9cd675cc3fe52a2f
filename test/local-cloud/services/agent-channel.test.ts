import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import type { ServiceName } from '../../../src/local-cloud/wire/service.ts'
import { refusal, startCloud } from './start-cloud.ts'

/** A machine whose agent is this test: it got its credentials and hasn't polled yet. */
async function withAgent() {
  const cloud = startCloud()
  // The machine asks for its credentials and then leaves the talking to the test.
  cloud.machines.connect({ ssm: { UpdateInstanceInformation: () => Promise.reject(new Error('silent')) } })
  await cloud.createProfile('node')
  const id = await cloud.launchOne({ IamInstanceProfile: { Name: 'node' } })
  const [credentials] = [...cloud.world.credentials.values()]
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  const say = (service: ServiceName, operation: string, input: object): Promise<any> =>
    Promise.resolve(
      cloud.handlers[service]?.[operation]?.(input, {
        service,
        operation,
        region: cloud.world.region,
        accessKeyId: credentials?.accessKeyId,
        sourceAddress: undefined,
        requestId: randomUUID(),
      }),
    )
  const report = { InstanceId: id, AgentStatus: 'Active', ComputerName: 'n', IPAddress: '172.31.0.4' }
  const poll = async () =>
    (await say('ec2messages', 'GetMessages', { Destination: id, MessagesRequestId: randomUUID() })).Messages
  const reply = (MessageId: string, status: string, code = 0) => {
    const step = { status, code, standardOutput: 'partial', standardError: '', output: '' }
    const Payload = JSON.stringify({ documentStatus: status, runtimeStatus: { 'aws:runShellScript': step } })
    return say('ec2messages', 'SendReply', { MessageId, ReplyId: randomUUID(), Payload })
  }
  const send = async (more: object = {}): Promise<string> => {
    const input = {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [id],
      Parameters: { commands: ['sleep 9'] },
    }
    return (await cloud.call('ssm', 'SendCommand', { ...input, ...more })).Command.CommandId
  }
  const details = async (CommandId: string) =>
    (await cloud.call('ssm', 'ListCommands', { CommandId })).Commands[0].StatusDetails
  return { ...cloud, id, say, report, poll, reply, send, details }
}

test('only the full report registers a node', async () => {
  const agent = await withAgent()
  await agent.say('ssm', 'UpdateInstanceInformation', { InstanceId: agent.id, AgentStatus: 'Active' })
  expect(await refusal(agent.send())).toBe('InvalidInstanceId')
  await agent.say('ssm', 'UpdateInstanceInformation', agent.report)
  const { InstanceInformationList: list } = await agent.call('ssm', 'DescribeInstanceInformation')
  expect(list).toMatchObject([{ InstanceId: agent.id, PingStatus: 'Online', ComputerName: 'n' }])
})

/** How long a poll without a message is held. */
const HELD_MS = 19_000

test('a poll is answered the moment there is a message, and the message says what to run', async () => {
  const agent = await withAgent()
  await agent.say('ssm', 'UpdateInstanceInformation', agent.report)
  const polling = agent.poll()
  const started = Date.now()
  const commandId = await agent.send()
  const [message] = await polling
  expect(Date.now() - started).toBeLessThan(HELD_MS / 2)
  expect(message).toMatchObject({
    MessageId: `aws.ssm.${commandId}.${agent.id}`,
    Topic: 'aws.ssm.sendCommand',
  })
  expect(JSON.parse(message.Payload)).toMatchObject({
    CommandId: commandId,
    Parameters: { commands: ['sleep 9'] },
    DocumentContent: { schemaVersion: '1.2' },
  })
})

test('what is not acknowledged is delivered again', async () => {
  const agent = await withAgent()
  await agent.say('ssm', 'UpdateInstanceInformation', agent.report)
  await agent.send()
  const [first] = await agent.poll()
  const [again] = await agent.poll()
  expect(again.MessageId).toBe(first.MessageId)
  await agent.say('ec2messages', 'AcknowledgeMessage', { MessageId: first.MessageId })
  const next = agent.poll()
  const second = await agent.send()
  expect((await next)[0].MessageId).toContain(second)
})

test('a command runs, and an InProgress that comes late changes nothing', async () => {
  const agent = await withAgent()
  await agent.say('ssm', 'UpdateInstanceInformation', agent.report)
  const commandId = await agent.send()
  const [{ MessageId: message }] = await agent.poll()
  await agent.reply(message, 'InProgress')
  expect(await agent.details(commandId)).toBe('InProgress')
  await agent.reply(message, 'Failed', 3)
  await agent.reply(message, 'InProgress')
  expect(await agent.details(commandId)).toBe('Failed')
})

test('cancelling a running command tells the agent, whose answer ends it', async () => {
  const agent = await withAgent()
  await agent.say('ssm', 'UpdateInstanceInformation', agent.report)
  const commandId = await agent.send()
  const [{ MessageId: message }] = await agent.poll()
  await agent.say('ec2messages', 'AcknowledgeMessage', { MessageId: message })
  await agent.call('ssm', 'CancelCommand', { CommandId: commandId })
  expect(await agent.details(commandId)).toBe('Cancelling')
  const [cancel] = await agent.poll()
  expect(cancel.Topic).toBe('aws.ssm.cancelCommand')
  expect(JSON.parse(cancel.Payload)).toEqual({ CancelMessageId: message })
  await agent.reply(cancel.MessageId, 'InProgress')
  await agent.reply(message, 'Cancelled', 137)
  expect(await agent.details(commandId)).toBe('Cancelled')
})

test('a command that no agent has is cancelled at once and never delivered', async () => {
  const agent = await withAgent()
  await agent.say('ssm', 'UpdateInstanceInformation', agent.report)
  const first = await agent.send()
  await agent.call('ssm', 'CancelCommand', { CommandId: first })
  expect(await agent.details(first)).toBe('Cancelled')
  const second = await agent.send()
  expect((await agent.poll()).map(({ MessageId }: { MessageId: string }) => MessageId)).toEqual([
    `aws.ssm.${second}.${agent.id}`,
  ])
})

test.each([
  ['a reply that is not JSON', 'SendReply', { ReplyId: 'r', Payload: 'oops' }],
  ['a reply without a status', 'SendReply', { ReplyId: 'r', Payload: '{}' }],
])('%s is refused', async (_, operation, input) => {
  const agent = await withAgent()
  const MessageId = `aws.ssm.${randomUUID()}.${agent.id}`
  expect(await refusal(agent.say('ec2messages', operation, { MessageId, ...input }))).toBe(
    'ValidationException',
  )
})

test('another key than that of a machine is no agent, and no agent speaks for another machine', async () => {
  const agent = await withAgent()
  expect(await refusal(agent.call('ssm', 'UpdateInstanceInformation', agent.report))).toBe(
    'UnrecognizedClientException',
  )
  const other = { ...agent.report, InstanceId: 'i-0123456789abcdef0' }
  expect(await refusal(agent.say('ssm', 'UpdateInstanceInformation', other))).toBe('AccessDeniedException')
})

test('a node reads the parameters that its role may read, and no others', async () => {
  const agent = await withAgent()
  const PolicyDocument = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: 'arn:aws:ssm:*:*:parameter/mine/*' },
    ],
  })
  await agent.call('iam', 'PutRolePolicy', { RoleName: 'node', PolicyName: 'node', PolicyDocument })
  for (const Name of ['/mine/token', '/theirs/token'])
    await agent.call('ssm', 'PutParameter', { Name, Value: 'v', Type: 'String' })
  const read = (Name: string) => refusal(agent.say('ssm', 'GetParameter', { Name }))
  expect(await read('/mine/token')).toBe('nothing: it succeeded')
  expect(await read('/theirs/token')).toBe('AccessDeniedException')
  expect(await refusal(agent.say('ec2', 'DescribeInstances', {}))).toBe('UnauthorizedOperation')
  expect(await agent.say('sts', 'GetCallerIdentity', {})).toMatchObject({
    Arn: `arn:aws:sts::123456789012:assumed-role/node/${agent.id}`,
  })
})
