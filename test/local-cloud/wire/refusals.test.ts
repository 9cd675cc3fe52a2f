import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { post } from './post.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

let server: WireServer
const handled: unknown[] = []

beforeAll(async () => {
  const handle = (input: unknown) => {
    handled.push(input)
  }
  server = await startWireServer({
    ec2: { RunInstances: handle, DescribeInstances: handle, CreateSubnet: handle },
    elbv2: { CreateTargetGroup: handle },
    iam: { CreateRole: handle, TagRole: handle },
    ssm: { SendCommand: handle, PutParameter: handle, CreateActivation: handle },
    ec2messages: { GetMessages: handle },
  })
})

afterAll(() => server.close())

const tag = (name: string, text: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]

describe('EC2', () => {
  test.each([
    [
      { Action: 'RunInstances', MinCount: '1' },
      'MissingParameter',
      'The request must contain the parameter MaxCount',
    ],
    [
      { Action: 'RunInstances', MinCount: '1', MaxCount: '1', Instancetype: 'm5.large' },
      'UnknownParameter',
      'The parameter Instancetype is not recognized',
    ],
    [
      { Action: 'RunInstances', MinCount: 'one', MaxCount: '1' },
      'InvalidParameterValue',
      'Value (one) for parameter MinCount is invalid. Member must be of type integer',
    ],
    [
      { Action: 'RunInstances', MinCount: '1', MaxCount: '1', 'TagSpecification.1.ResourceType': 'node' },
      'InvalidParameterValue',
      'Value (node) for parameter TagSpecification.1.ResourceType is invalid. Member must satisfy enum value set: [',
    ],
    [
      { Action: 'RunInstances', MinCount: '1', MaxCount: '1', 'TagSpecification.1.Tag.1.Kay': 'a' },
      'UnknownParameter',
      'The parameter TagSpecification.1.Tag.1.Kay is not recognized',
    ],
    [
      { Action: 'RunInstances', MinCount: '1', MaxCount: '1', 'SecurityGroupId.first': 'sg-1' },
      'UnknownParameter',
      'The parameter SecurityGroupId.first is not recognized',
    ],
    [
      { Action: 'RunInstances', MinCount: '1', MaxCount: '1', 'ImageId.1': 'ami-1' },
      'UnknownParameter',
      'The parameter ImageId.1 is not recognized',
    ],
    [
      { Action: 'DescribeInstances', DryRun: 'perhaps' },
      'InvalidParameterValue',
      'Value (perhaps) for parameter DryRun is invalid. Member must be of type boolean',
    ],
    [{ Action: 'CreateSubnet' }, 'MissingParameter', 'The request must contain the parameter VpcId'],
  ])('%j is %s', async (parameters, code, message) => {
    const body: Record<string, string> = { ...parameters, Version: '2016-11-15' }
    const { status, text } = await post(server.endpoint, { scope: 'ec2', body })
    expect([status, tag('Code', text)]).toEqual([400, code])
    expect(tag('Message', text)).toContain(message)
  })
})

describe('query services', () => {
  const tooLong = 'x'.repeat(65)
  test.each([
    [
      'iam',
      { Action: 'CreateRole', RoleName: 'r' },
      'ValidationError',
      'at &apos;assumeRolePolicyDocument&apos; failed to satisfy constraint: Member must not be null',
    ],
    [
      'iam',
      { Action: 'CreateRole', RoleName: tooLong, AssumeRolePolicyDocument: '{}' },
      'ValidationError',
      `1 validation error detected: Value &apos;${tooLong}&apos; at &apos;roleName&apos; failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      'iam',
      { Action: 'CreateRole', RoleName: 'a role', AssumeRolePolicyDocument: '{}' },
      'ValidationError',
      'Member must satisfy regular expression pattern: [\\w+=,.@-]+',
    ],
    [
      'iam',
      { Action: 'CreateRole', RoleName: '', AssumeRolePolicyDocument: '' },
      'ValidationError',
      '4 validation errors detected',
    ],
    [
      'iam',
      { Action: 'TagRole', RoleName: 'r', 'Tags.member.1.Key': 'k' },
      'ValidationError',
      'at &apos;tags.1.member.value&apos; failed',
    ],
    [
      'iam',
      { Action: 'TagRole', RoleName: 'r', 'Tags.1.Key': 'k' },
      'ValidationError',
      'Unknown parameter &apos;Tags.1&apos;',
    ],
    [
      'elasticloadbalancing',
      { Action: 'CreateTargetGroup', Name: 'g', Port: '65536' },
      'ValidationError',
      'Value &apos;65536&apos; at &apos;port&apos; failed to satisfy constraint: Member must have value less than or equal to 65535',
    ],
    [
      'elasticloadbalancing',
      { Action: 'CreateTargetGroup', Name: 'g', Protokoll: 'TCP' },
      'ValidationError',
      'Unknown parameter &apos;Protokoll&apos;',
    ],
  ])('%s %j', async (scope, parameters, code, message) => {
    const Version = scope === 'iam' ? '2010-05-08' : '2015-12-01'
    const body: Record<string, string> = { ...parameters, Version }
    const { status, text } = await post(server.endpoint, { scope, body })
    expect([status, tag('Code', text), tag('Type', text)]).toEqual([400, code, 'Sender'])
    expect(tag('Message', text)).toContain(message)
  })
})

describe('JSON services', () => {
  test.each([
    [
      'AmazonSSM.SendCommand',
      {},
      'ValidationException',
      "Value null at 'documentName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'AmazonSSM.SendCommand',
      { DocumentName: 'd', TimeoutSeconds: 5 },
      'ValidationException',
      "Value '5' at 'timeoutSeconds' failed to satisfy constraint: Member must have value greater than or equal to 30",
    ],
    [
      'AmazonSSM.SendCommand',
      { DocumentName: 'AWS-RunShellScript', InstanceIds: Array(51).fill('i-00000000') },
      'ValidationException',
      'Member must have length less than or equal to 50',
    ],
    [
      'AmazonSSM.SendCommand',
      { DocumentName: 'AWS-RunShellScript', InstanceId: ['i-1'] },
      'ValidationException',
      "Unknown parameter 'instanceId'",
    ],
    [
      'AmazonSSM.SendCommand',
      { DocumentName: 'AWS-RunShellScript', InstanceIds: 'i-1' },
      'SerializationException',
      "at 'instanceIds'",
    ],
    [
      'AmazonSSM.PutParameter',
      { Name: '/n', Value: 'v', Type: 'Secret' },
      'ValidationException',
      'Member must satisfy enum value set: [String, StringList, SecureString]',
    ],
    [
      'EC2WindowsMessageDeliveryService.GetMessages',
      { Destination: 'i-0123456789' },
      'ValidationException',
      "Value null at 'messagesRequestId'",
    ],
  ])('%s %j', async (target, input, code, message) => {
    const { status, text } = await post(server.endpoint, {
      scope: target.startsWith('AmazonSSM') ? 'ssm' : 'ec2messages',
      target,
      body: JSON.stringify(input),
    })
    const answer = JSON.parse(text)
    expect([status, answer.__type]).toEqual([400, code])
    expect(answer.message).toContain(message)
  })

  test.each(['{"DocumentName":', '[]', '"text"'])('a body that is no object is refused: %s', async (body) => {
    const { text } = await post(server.endpoint, { scope: 'ssm', target: 'AmazonSSM.SendCommand', body })
    expect(JSON.parse(text).__type).toBe('SerializationException')
  })

  test('what is sensitive is not repeated', async () => {
    const body = JSON.stringify({
      DocumentName: 'AWS-RunShellScript',
      Comment: 'c'.repeat(101),
      Parameters: { commands: ['hunter2'] },
    })
    const { text } = await post(server.endpoint, { scope: 'ssm', target: 'AmazonSSM.SendCommand', body })
    expect(text).toContain('cccc')
    expect(text).not.toContain('hunter2')
  })
})

test('nothing refused has reached a handler', () => expect(handled).toEqual([]))
