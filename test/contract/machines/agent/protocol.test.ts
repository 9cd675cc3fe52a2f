import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type AgentRoom, INSTANCE, openAgentRoom } from './agent-room.ts'

// What the genuine agent (3.3.0.0) was seen to say, in its order. What it reads of the metadata service is told by
// test/local-cloud/machines/agent/instance-identity.test.ts, how a hybrid node begins by test/local-cloud/services/hybrid-nodes.test.ts.
let room: AgentRoom
beforeAll(async () => {
  room = await openAgentRoom()
}, 60_000)
afterAll(() => room.close())

const FULL = {
  ...{ InstanceId: INSTANCE, AgentName: 'amazon-ssm-agent', AgentVersion: '3.3.0.0', AgentStatus: 'Active' },
  ...{ ComputerName: 'ip-172-31-1-10', IPAddress: '172.31.1.10', SSMConnectionChannel: 'ec2messages' },
  ...{ PlatformName: expect.any(String), PlatformVersion: expect.any(String), PlatformType: 'Linux' },
  ...{ AvailabilityZone: 'eu-west-1a', AvailabilityZoneId: 'euw1-az1' },
}

test('first boot: it registers with a key of its own, then reports in short, in full, looks for associations, polls', () => {
  const [register, short, full, associations, poll] = room.service.seen
  expect(register).toMatchObject({
    operation: 'RegisterManagedInstance',
    input: {
      Fingerprint: INSTANCE,
      PublicKey: expect.stringMatching(/^[\w+/=]{100,}$/),
      PublicKeyType: 'Rsa',
    },
  })
  expect(short?.operation).toBe('UpdateInstanceInformation')
  expect(short?.input).toEqual({
    ...{
      AgentName: 'amazon-ssm-agent',
      AgentVersion: '3.3.0.0',
      InstanceId: INSTANCE,
      PlatformType: 'Linux',
    },
  })
  expect(full).toMatchObject({ operation: 'UpdateInstanceInformation', input: FULL })
  expect(associations).toMatchObject({
    operation: 'ListInstanceAssociations',
    input: { InstanceId: INSTANCE, MaxResults: 20 },
  })
  expect(poll).toMatchObject({
    operation: 'GetMessages',
    input: {
      Destination: INSTANCE,
      MessagesRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      VisibilityTimeoutInSeconds: 10,
    },
  })
})

test('it speaks AWS JSON 1.1, registers as its instance, and does all else as its role', () => {
  for (const { operation, headers } of room.service.seen) {
    const key = operation === 'RegisterManagedInstance' ? 'ASIALOCALIDENTITY000' : 'ASIALOCALCLOUD000000'
    expect(headers['content-type']).toBe('application/x-amz-json-1.1')
    expect(headers.authorization).toMatch(
      new RegExp(`^AWS4-HMAC-SHA256 Credential=${key}/\\d{8}/eu-west-1/(ssm|ec2messages)/aws4_request`),
    )
  }
})

test('a command: InProgress, acknowledge, final', async () => {
  const messageId = room.send('true')
  await room.service.final(messageId)
  expect(room.service.about(messageId).map(({ operation }) => operation)).toEqual([
    ...['SendReply', 'AcknowledgeMessage', 'SendReply'],
  ])
  expect(room.service.repliesTo(messageId).map(({ documentStatus }) => documentStatus)).toEqual([
    ...['InProgress', 'Success'],
  ])
})

test('a reply: additionalInfo, documentStatus, documentTraceOutput, and a step with its times', async () => {
  const reply = await room.service.final(room.send('echo a'))
  expect(reply).toEqual({
    ...{ additionalInfo: expect.anything(), documentStatus: 'Success', documentTraceOutput: '' },
    runtimeStatus: expect.anything(),
  })
  expect(reply.runtimeStatus).toEqual({
    'aws:runShellScript': {
      ...{ status: 'Success', code: 0, output: 'a\n', standardOutput: 'a\n', standardError: '' },
      startDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      endDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    },
  })
})

test('with more than one step each is told when it ends, and the final list is empty', async () => {
  const step = (name: string) => ({
    ...{ action: 'aws:runShellScript', name, inputs: { runCommand: ['true'] } },
  })
  const messageId = room.service.sendCommand({
    instanceId: INSTANCE,
    content: { schemaVersion: '2.2', mainSteps: [step('one'), step('two')] },
  })
  await room.service.final(messageId)
  const said = room.service
    .repliesTo(messageId)
    .map(({ documentStatus, runtimeStatus }) => [documentStatus, Object.keys(runtimeStatus).join()])
  expect(said).toEqual([
    ['InProgress', ''],
    ['InProgress', 'one'],
    ['InProgress', 'two'],
    ['Success', ''],
  ])
})

test('GetParameters, when a command holds {{ssm:x}}', async () => {
  room.service.answers['GetParameters'] = {
    Parameters: [{ Name: '/greeting', Type: 'String', Value: 'good "day"' }],
  }
  const step = await room.run("echo '{{ ssm:/greeting }}'")
  expect(step.standardOutput).toBe('good "day"\n')
  expect(room.service.seen.find(({ operation }) => operation === 'GetParameters')?.input).toMatchObject({
    Names: ['/greeting'],
  })
})

test('a later start: the short report and the full one, and no second registration', async () => {
  const before = room.service.seen.length
  await room.inside('systemctl restart amazon-ssm-agent')
  // A poll may be the former agent's last.
  await room.service.until(() =>
    room.service.seen.slice(before).some(({ operation }) => operation === 'ListInstanceAssociations'),
  )
  const reports = room.service.seen.slice(before).filter(({ operation }) => operation !== 'GetMessages')
  expect(reports.map(({ operation }) => operation)).toEqual([
    ...['UpdateInstanceInformation', 'UpdateInstanceInformation', 'ListInstanceAssociations'],
  ])
  expect(reports[1]?.input).toMatchObject(FULL)
})

test('hybrid: -register with an activation, then the role token, then all as mi-…; -clear ends it', async () => {
  const { service, inside } = room
  const nodeId = 'mi-0123456789abcdef0'
  service.answers['RegisterManagedInstance'] = { InstanceId: nodeId }
  service.answers['RequestManagedInstanceRoleToken'] = {
    ...{ AccessKeyId: 'ASIAHYBRID', SecretAccessKey: 's', SessionToken: 't', UpdateKeyPair: false },
    TokenExpirationDate: Date.now() / 1000 + 3600,
  }
  const configuration = '/etc/amazon/ssm/amazon-ssm-agent.json'
  await inside(`sed -i 's/"EC2"/"OnPrem", "EC2"/' ${configuration}`)
  expect(await inside('amazon-ssm-agent -register -code abc 2>&1; echo $?')).toMatch(
    /activation id[^\n]*\n1$/,
  )
  const before = service.seen.length
  const registered = await inside(
    'amazon-ssm-agent -register -code aaaaaaaaaaaaaaaaaaaa -id 1 -region eu-west-1',
  )
  expect(registered).toBe(
    `Successfully registered the instance with AWS SSM using Managed instance-id: ${nodeId}`,
  )
  expect(service.seen[before]).toMatchObject({
    operation: 'RegisterManagedInstance',
    input: { ActivationCode: 'a'.repeat(20), ActivationId: '1', PublicKeyType: 'Rsa' },
  })
  expect(service.seen[before]?.headers.authorization).toBeUndefined()
  const polledAs = (id: string) =>
    service.until(() =>
      service.seen
        .slice(before)
        .some(({ operation, input }) => operation === 'GetMessages' && input['Destination'] === id),
    )
  expect(await inside('amazon-ssm-agent -register -code a -id 1 -region r 2>&1; echo $?')).toMatch(
    /already registered[^\n]*\n1$/,
  )
  await inside('systemctl restart amazon-ssm-agent')
  await polledAs(nodeId)
  const [token, report] = service.seen
    .slice(before)
    .filter(({ operation }) => /RoleToken|UpdateInstance/.test(operation))
  expect(token?.headers.authorization).toContain(`Credential=${nodeId}/`)
  expect(report).toMatchObject({ input: { InstanceId: nodeId } })
  expect(report?.headers.authorization).toContain('Credential=ASIAHYBRID/')
  const commandId = service.sendCommand({
    instanceId: nodeId,
    parameters: { commands: ['echo $AWS_SSM_INSTANCE_ID'] },
  })
  expect((await service.final(commandId)).runtimeStatus).toMatchObject({
    'aws:runShellScript': { standardOutput: `${nodeId}\n` },
  })
  await inside('amazon-ssm-agent -clear; systemctl restart amazon-ssm-agent')
  await polledAs(INSTANCE)
}, 40_000)
