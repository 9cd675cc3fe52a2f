import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { post } from './post.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

const instanceId = 'i-0123456789abcdef0'
const messageId = `aws.ssm.11111111-2222-3333-4444-555555555555.${instanceId}`
const message = { MessageId: messageId, Topic: 'aws.ssm.sendCommand.eu-west-1', Payload: '{"CommandId":"…"}' }

const answers: Record<string, unknown> = {
  RegisterManagedInstance: { InstanceId: instanceId },
  RequestManagedInstanceRoleToken: { AccessKeyId: 'ASIA', TokenExpirationDate: new Date(1_700_000_000_500) },
  ListInstanceAssociations: { Associations: [] },
  GetMessages: { Destination: instanceId, Messages: [message] },
  SendReply: { MessageId: messageId, ReplyStatus: 'Queued' },
}
const seen: unknown[] = []
let server: WireServer

beforeAll(async () => {
  const handler = (operation: string) => (input: unknown) => {
    seen.push(input)
    return answers[operation]
  }
  const handlers = (...operations: string[]) =>
    Object.fromEntries(operations.map((operation) => [operation, handler(operation)]))
  server = await startWireServer({
    ssm: handlers(
      'UpdateInstanceInformation',
      'RegisterManagedInstance',
      'RequestManagedInstanceRoleToken',
      'ListInstanceAssociations',
    ),
    ec2messages: handlers('GetMessages', 'AcknowledgeMessage', 'SendReply', 'FailMessage', 'DeleteMessage'),
  })
})

afterAll(() => server.close())

const ssm = 'AmazonSSM'
const messages = 'EC2WindowsMessageDeliveryService'
const information = {
  AgentName: 'amazon-ssm-agent',
  AgentStatus: 'Active',
  AgentVersion: '3.3.0.0',
  ComputerName: 'ip-172-31-0-11',
  IPAddress: '172.31.0.11',
  InstanceId: instanceId,
  PlatformName: 'Ubuntu',
  PlatformType: 'Linux',
  PlatformVersion: '24.04',
  SSMConnectionChannel: 'ec2messages',
}

// What the genuine agent sends, and what it must get.
test.each([
  [ssm, 'UpdateInstanceInformation', information, {}],
  [
    ssm,
    'RegisterManagedInstance',
    { Fingerprint: instanceId, PublicKey: 'MIIB', PublicKeyType: 'Rsa' },
    { InstanceId: instanceId },
  ],
  [
    ssm,
    'RequestManagedInstanceRoleToken',
    { Fingerprint: instanceId },
    { AccessKeyId: 'ASIA', TokenExpirationDate: 1_700_000_000.5 },
  ],
  [ssm, 'ListInstanceAssociations', { InstanceId: instanceId, MaxResults: 20 }, { Associations: [] }],
  [
    messages,
    'GetMessages',
    {
      Destination: instanceId,
      MessagesRequestId: '11111111-2222-3333-4444-555555555555',
      VisibilityTimeoutInSeconds: 10,
    },
    { Destination: instanceId, Messages: [message] },
  ],
  [messages, 'AcknowledgeMessage', { MessageId: messageId }, {}],
  [
    messages,
    'SendReply',
    { MessageId: messageId, ReplyId: '11111111-2222-3333-4444-555555555555', Payload: '{}' },
    { MessageId: messageId, ReplyStatus: 'Queued' },
  ],
  [messages, 'FailMessage', { MessageId: messageId, FailureType: 'InternalHandlerException' }, {}],
  [messages, 'DeleteMessage', { MessageId: messageId }, {}],
])('%s.%s', async (prefix, operation, input, expected) => {
  seen.length = 0
  const scope = prefix === ssm ? 'ssm' : 'ec2messages'
  const request = { scope, target: `${prefix}.${operation}`, body: JSON.stringify(input) }
  const { status, text } = await post(server.endpoint, request)
  expect([status, JSON.parse(text)]).toEqual([200, expected])
  expect(seen).toEqual([input])
})
