import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createFakeAgentService } from './fake-agent-service.ts'
import { type MachineRoom, machineSpec, openMachineRoom } from './machine-room.ts'

const service = createFakeAgentService()
const instanceId = 'i-1'
let room: MachineRoom

beforeAll(async () => {
  room = await openMachineRoom((request, response) => void service.handle(request, response))
  await room.call('create', machineSpec(1))
  await service.until(() => service.seen.some(({ operation }) => operation === 'GetMessages'))
}, 30_000)
afterAll(() => room.close())

const send = (script: string, parameters: Record<string, unknown> = {}) =>
  service.sendCommand({ instanceId, parameters: { commands: script.split('\n'), ...parameters } })

/** The only step of a command that has ended. */
async function stepOf(messageId: string) {
  const reply = await service.final(messageId)
  const step = reply.runtimeStatus['aws:runShellScript'] as {
    status: string
    code: number
    standardOutput: string
    standardError: string
    output: string
  }
  return { document: reply.documentStatus, ...step }
}
const runScript = (script: string, parameters: Record<string, unknown> = {}) =>
  stepOf(send(script, parameters))

test('it registers once as its instance, says who it is and polls, all else signed with the role credentials', () => {
  const operations = service.seen.map(({ operation }) => operation)
  expect(operations.slice(0, 3)).toEqual([
    'RegisterManagedInstance',
    'UpdateInstanceInformation',
    'UpdateInstanceInformation',
  ])
  expect(operations.filter((operation) => operation === 'RegisterManagedInstance')).toHaveLength(1)
  const [, , full] = service.seen
  expect(full?.input).toMatchObject({
    InstanceId: 'i-1',
    ComputerName: 'ip-172-31-1-10',
    IPAddress: '172.31.1.10',
    PlatformType: 'Linux',
  })
  for (const { operation, authorization } of service.seen) {
    const key = operation === 'RegisterManagedInstance' ? 'ASIALOCALIDENTITY000' : 'ASIALOCALCLOUD000000'
    expect(authorization).toMatch(
      new RegExp(`^AWS4-HMAC-SHA256 Credential=${key}/\\d{8}/eu-west-1/(ssm|ec2messages)/aws4_request`),
    )
  }
})

const big = (bytes: number) => `head -c ${bytes} /dev/zero | tr '\\0' x`
const habits: [string, string, { status: string; code: number; out: string; err: string }][] = [
  ['success', 'echo hello', { status: 'Success', code: 0, out: 'hello\n', err: '' }],
  [
    'failure',
    'echo why >&2; exit 3',
    { status: 'Failed', code: 3, out: '', err: 'why\nfailed to run commands: exit status 3' },
  ],
  ['137', 'exit 137', { status: 'TimedOut', code: 137, out: '', err: '' }],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell (or systemd) expands it
  ['dash without #!', 'echo ${BASH_VERSION:-none}', { status: 'Success', code: 0, out: 'none\n', err: '' }],
  [
    '#! honoured',
    '#!/bin/bash\n[[ -n $BASH_VERSION ]] && echo bash',
    { status: 'Success', code: 0, out: 'bash\n', err: '' },
  ],
  [
    'environment',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell (or systemd) expands it
    'echo ${HOME-unset} $AWS_SSM_INSTANCE_ID $AWS_ENDPOINT_URL $AWS_SSM_REGION_NAME; umask; pwd',
    {
      status: 'Success',
      code: 0,
      out: 'unset i-1 http://169.254.169.251 eu-west-1\n0022\n/usr/bin\n',
      err: '',
    },
  ],
  ['stdin is empty', 'cat; echo end', { status: 'Success', code: 0, out: 'end\n', err: '' }],
  ['just below the limit', big(23_999), { status: 'Success', code: 0, out: 'x'.repeat(23_999), err: '' }],
  [
    'at the limit',
    big(24_000),
    { status: 'Success', code: 0, out: `${'x'.repeat(23_980)}--output truncated--`, err: '' },
  ],
  ['a child that holds stdout', 'sleep 1 & echo now', { status: 'Success', code: 0, out: 'now\n', err: '' }],
]
test.each(habits)('%s', async (_, script, { status, code, out, err }) => {
  const step = await runScript(script)
  expect(step).toMatchObject({ status, document: status, code, standardOutput: out, standardError: err })
})

test('a child that holds stdout keeps the command, one that does not lets it go', async () => {
  const started = Date.now()
  await runScript('sleep 1.5 & echo now')
  expect(Date.now() - started).toBeGreaterThan(1_500)
  const again = Date.now()
  await runScript('setsid sleep 30 >/dev/null 2>&1 &')
  expect(Date.now() - again).toBeLessThan(1_500)
})

test('the execution timeout kills the group and keeps what was printed; below 5 it counts as an hour', async () => {
  const [late, odd] = [
    send('echo partial; sleep 60', { executionTimeout: '5' }),
    send('sleep 4; echo fine', { executionTimeout: '3' }),
  ]
  expect(await stepOf(odd)).toMatchObject({ status: 'Success', standardOutput: 'fine\n' })
  expect(await stepOf(late)).toMatchObject({
    status: 'TimedOut',
    code: 137,
    standardOutput: 'partial\n',
    standardError: '',
  })
  expect((await room.run('i-1', 'pgrep -c -f "sleep 60$"')).stdout).toBe('0\n')
}, 15_000)

test('a missing directory to run in', async () => {
  const step = await runScript('pwd', { workingDirectory: '/nowhere' })
  expect(step).toMatchObject({
    status: 'Failed',
    code: 1,
    standardError: 'failed to run commands: fork/exec /usr/bin/sh: no such file or directory',
  })
})

test('replies come as InProgress, acknowledge, final', async () => {
  const messageId = send('true')
  await service.final(messageId)
  const about = service.seen
    .filter(({ input }) => input['MessageId'] === messageId)
    .map(({ operation }) => operation)
  expect(about).toEqual(['SendReply', 'AcknowledgeMessage', 'SendReply'])
})

test('the same command delivered again is accepted and not run again', async () => {
  const command = {
    instanceId,
    commandId: '11111111-2222-3333-4444-555555555555',
    parameters: { commands: ['echo ran >>/root/runs'] },
  }
  const messageId = service.sendCommand(command)
  await service.final(messageId)
  service.sendCommand(command)
  await service.until(() => service.repliesTo(messageId).length === 3)
  expect(service.repliesTo(messageId).at(-1)?.documentStatus).toBe('InProgress')
  expect((await room.run('i-1', 'cat /root/runs')).stdout).toBe('ran\n')
})

test('a cancelled command ends at once; a cancel of an unknown one is only accepted', async () => {
  const messageId = send('echo begun; sleep 60')
  await service.until(() => service.repliesTo(messageId).length > 0)
  await new Promise((resolve) => setTimeout(resolve, 300))
  service.cancel(instanceId, messageId)
  expect(await stepOf(messageId)).toMatchObject({ status: 'Cancelled', code: 137, standardOutput: 'begun\n' })
  const unknown = service.cancel(instanceId, 'aws.ssm.none.i-1')
  await service.until(() => service.repliesTo(unknown).length === 1)
})

test('schema 2.2 goes on after a failed step, and an unknown schema fails with the reason', async () => {
  const step = (name: string, command: string) => ({
    action: 'aws:runShellScript',
    name,
    inputs: { runCommand: [command] },
  })
  const messageId = service.sendCommand({
    instanceId,
    content: { schemaVersion: '2.2', mainSteps: [step('first', 'exit 1'), step('second', 'echo two')] },
  })
  const final = await service.final(messageId)
  expect(final).toMatchObject({ documentStatus: 'Failed', runtimeStatus: {} })
  const steps = Object.assign(
    {},
    ...service.repliesTo(messageId).map(({ runtimeStatus }) => runtimeStatus),
  ) as object
  expect(steps).toMatchObject({
    first: { status: 'Failed' },
    second: { status: 'Success', standardOutput: 'two\n' },
  })
  const odd = service.sendCommand({ instanceId, content: { schemaVersion: '9.9' } })
  expect((await service.final(odd)).documentTraceOutput).toContain('9.9')
})

test('five run side by side, the others wait', async () => {
  const ids = Array.from({ length: 7 }, (_, index) => send(`echo ${index} >>/root/began; sleep 1`))
  await service.until(
    () =>
      service.seen.filter(
        ({ input, operation }) =>
          operation === 'AcknowledgeMessage' && ids.includes(String(input['MessageId'])),
      ).length === 7,
  )
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect((await room.run('i-1', 'wc -l </root/began')).stdout.trim()).toBe('5')
  for (const id of ids) expect((await stepOf(id)).status).toBe('Success')
})

test('an agent that is killed comes back, and its running script is finished once', async () => {
  const messageId = send('echo begun >>/root/once; sleep 3; echo done')
  await new Promise((resolve) => setTimeout(resolve, 800))
  await room.run('i-1', 'kill -9 $(systemctl show -p MainPID --value amazon-ssm-agent)')
  expect(await stepOf(messageId)).toMatchObject({ status: 'Success', standardOutput: 'done\n' })
  expect((await room.run('i-1', 'cat /root/once')).stdout).toBe('begun\n')
}, 20_000)

test('194 reboots the machine and runs the script again, its outputs appended', async () => {
  const step = await runScript('echo turn; [ -e /root/again ] && exit 0; touch /root/again; exit 194')
  expect(step).toMatchObject({ status: 'Success', code: 0, standardOutput: 'turn\nturn\n' })
}, 20_000)

test('a machine that loses power: the command fails after the restart and is not run again', async () => {
  const messageId = send('echo begun >>/root/crash; sleep 60')
  await new Promise((resolve) => setTimeout(resolve, 800))
  await room.call('stop', 'i-1', { force: true })
  await room.call('start', 'i-1')
  const step = await stepOf(messageId)
  expect(step).toMatchObject({ status: 'Failed', code: 1, standardOutput: '' })
  expect(step.output).toContain('document process failed unexpectedly')
  expect((await room.run('i-1', 'cat /root/crash')).stdout).toBe('begun\n')
}, 20_000)
