import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type AgentRoom, INSTANCE, openAgentRoom, SPEED } from './agent-room.ts'
import { sleep } from './fake-agent-service.ts'

// What the genuine agent (3.3.0.0) was seen to do, one test for each probe.
let room: AgentRoom
beforeAll(async () => {
  room = await openAgentRoom()
}, 60_000)
afterAll(() => room.close())

/** Waits for a line that a script of a command writes to /root/NAME when it has begun. */
async function begun(name: string): Promise<void> {
  while ((await room.inside(`cat /root/${name} 2>/dev/null`)) === '') await sleep(50)
}

/** A script's wait for the test to `touch` /root/NAME: it is still running when the test looks, on a slow machine too. */
const lastsUntil = (name: string) => `until [ -e /root/${name} ]; do sleep 0.1; done`

const bytes = (count: number, letter = 'x') => `head -c ${count} /dev/zero | tr '\\0' ${letter}`

test('stdout of 24,000 bytes or more: 23,980 and a suffix, a character may be split; the file stays whole', async () => {
  expect((await room.run(bytes(23_999))).standardOutput).toBe('x'.repeat(23_999))
  const messageId = room.send(bytes(24_000))
  expect((await room.stepOf(messageId)).standardOutput).toBe(`${'x'.repeat(23_980)}--output truncated--`)
  const commandId = messageId.split('.')[2]
  const file = `/var/lib/amazon/ssm/${INSTANCE}/document/orchestration/${commandId}/awsrunShellScript/0.awsrunShellScript/stdout`
  expect(await room.inside(`stat -c %s ${file}`)).toBe('24000')
  const { standardOutput } = await room.run("printf 'a'; yes é | tr -d '\\n' | head -c 30000")
  expect(standardOutput).toBe(`a${'é'.repeat(11_989)}\uFFFD--output truncated--`)
})

test('stderr of 24,000 bytes or more is cut by the agent in the same way', async () => {
  const { standardError } = await room.run(`${bytes(30_000, 'e')} >&2`)
  expect(standardError).toBe(`${'e'.repeat(23_980)}--output truncated--`)
})

test('the output field holds 2,500 bytes of both streams', async () => {
  const { output } = await room.run(`${bytes(5_000, 'o')}; ${bytes(5_000, 'e')} >&2`)
  expect(output).toMatch(/^o+\n---Output truncated---\n-{10}ERROR-{7}\ne+\n---Error truncated----$/)
  expect(Buffer.byteLength(output)).toBeLessThanOrEqual(2_500)
})

test.each([0, 1, 3, 255])('exit %i', async (code) => {
  const status = code === 0 ? 'Success' : 'Failed'
  expect(await room.run(`echo why >&2; exit ${code}`)).toMatchObject({
    ...{ status, code, document: status },
    standardError: code === 0 ? 'why\n' : `why\nfailed to run commands: exit status ${code}`,
  })
})

test.each([
  ['exit 137', 'TimedOut', 137, /^why\n$/],
  // The shell above the script may say how it ended.
  ['kill -9 $$', 'TimedOut', 137, /^why\n(Killed\n)?$/],
  ['kill -15 $$', 'Failed', 143, /^why\n(Terminated\n)?failed to run commands: exit status 143$/],
])('a script that ends by %s is %s', async (end, status, code, standardError) => {
  expect(await room.run(`echo why >&2; ${end}`)).toMatchObject({
    ...{ status, code, document: status, standardError: expect.stringMatching(standardError) },
  })
})

test('executionTimeout exceeded: the group is killed, stdout kept, stderr empty; a child in its own session survives', async () => {
  const script =
    'setsid sleep 77 >/dev/null 2>&1 &\nsleep 78 >/dev/null 2>&1 &\necho partial; echo e >&2; sleep 79'
  expect(await room.run(script, { executionTimeout: '5' })).toMatchObject({
    ...{ status: 'TimedOut', document: 'TimedOut', code: 137 },
    ...{ standardOutput: 'partial\n', standardError: '' },
  })
  expect(await room.inside('pgrep -a sleep | cut -d" " -f2-')).toBe('sleep 77')
  await room.inside('pkill -f "sleep 77"')
}, 20_000)

test.each(['3', 'abc'])(
  'executionTimeout %s counts as an hour',
  async (executionTimeout) => {
    expect(await room.run('sleep 4; echo fine', { executionTimeout })).toMatchObject({
      ...{ status: 'Success', standardOutput: 'fine\n' },
    })
  },
  15_000,
)

test('a background child that holds stdout keeps the command; one that lets go of it does not', async () => {
  const started = Date.now()
  expect((await room.run('sleep 1.5 & echo now')).standardOutput).toBe('now\n')
  expect(Date.now() - started).toBeGreaterThan(1_500)
  const again = Date.now()
  await room.run('setsid sleep 30 >/dev/null 2>&1 &')
  expect(Date.now() - again).toBeLessThan(15_000)
  await room.inside('pkill -f "sleep 30"')
})

test('a background child that holds stdout is ended by the timeout with the rest', async () => {
  const step = await room.run('sleep 60 & echo now', { executionTimeout: '5' })
  expect(step).toMatchObject({ status: 'TimedOut', standardOutput: 'now\n' })
}, 15_000)

test.each([
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it
  ['no #! means dash', 'echo ${BASH_VERSION:-none}', 0, 'none\n'],
  ['a #! is honoured', '#!/bin/bash\n[[ -n $BASH_VERSION ]] && echo bash', 0, 'bash\n'],
  ['a #! to nowhere', '#!/no/such/shell\necho never', 127, ''],
  ['stdin is /dev/null', 'cat; readlink /proc/self/fd/0', 0, '/dev/null\n'],
])('shell: %s', async (_, script, code, standardOutput) => {
  expect(await room.run(script)).toMatchObject({ code, standardOutput })
})

test('environment: root, no HOME, no SHELL, the directory and PATH of the agent, umask 0022, five variables of SSM', async () => {
  const script = [
    'id -un; umask; pwd',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it
    'echo "${HOME-unset} ${SHELL-unset}"',
    'echo $PATH',
    'echo $AWS_SSM_INSTANCE_ID $AWS_SSM_REGION_NAME $SSM_COMMAND_ID',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it
    'echo ${AWS_SSM_PLATFORM_NAME:+name} ${AWS_SSM_PLATFORM_VERSION:+version}',
  ].join('\n')
  const messageId = room.send(script)
  expect((await room.stepOf(messageId)).standardOutput.split('\n')).toEqual([
    ...['root', '0022', '/usr/bin', 'unset unset'],
    '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `${INSTANCE} eu-west-1 ${messageId.split('.')[2]}`,
    expect.stringMatching(/^name( version)?$/),
    '',
  ])
})

test('a missing workingDirectory', async () => {
  expect(await room.run('pwd', { workingDirectory: '/nowhere' })).toMatchObject({
    ...{ status: 'Failed', code: 1 },
    standardError: 'failed to run commands: fork/exec /usr/bin/sh: no such file or directory',
  })
})

test('the same command delivered again, while it runs and when it is done, is accepted and not run again', async () => {
  const { service } = room
  const command = {
    instanceId: INSTANCE,
    commandId: '11111111-2222-3333-4444-555555555555',
    parameters: { commands: [`echo ran >>/root/runs; ${lastsUntil('seen-twice')}`] },
  }
  const acknowledged = (count: number) =>
    service.until(
      () =>
        service.about(messageId).filter(({ operation }) => operation === 'AcknowledgeMessage').length ===
        count,
    )
  const messageId = service.sendCommand(command)
  await begun('runs')
  service.sendCommand(command)
  await acknowledged(2)
  await room.inside('touch /root/seen-twice')
  await service.final(messageId)
  service.sendCommand(command)
  await acknowledged(3)
  const words = service.repliesTo(messageId).map(({ documentStatus }) => documentStatus)
  expect(words).toEqual(['InProgress', 'InProgress', 'Success', 'InProgress'])
  expect(await room.inside('cat /root/runs')).toBe('ran')
})

test('cancel: a running command ends at once with what it printed; the cancel itself is only accepted', async () => {
  const { service } = room
  const messageId = room.send('echo begun; echo begun >/root/cancelled; sleep 60')
  await begun('cancelled')
  const cancel = service.cancel(INSTANCE, messageId)
  expect(await room.stepOf(messageId)).toMatchObject({
    ...{ status: 'Cancelled', document: 'Cancelled', code: 137, standardOutput: 'begun\n' },
  })
  await service.until(() => service.about(cancel).length === 2)
  expect(service.about(cancel).map(({ operation }) => operation)).toEqual(['SendReply', 'AcknowledgeMessage'])
  expect(service.repliesTo(cancel)).toMatchObject([{ documentStatus: 'InProgress' }])
})

test('cancel: of an unknown command', async () => {
  const { service } = room
  const cancel = service.cancel(INSTANCE, `aws.ssm.none.${INSTANCE}`)
  await service.until(() => service.about(cancel).length === 2)
  expect(service.repliesTo(cancel)).toMatchObject([{ documentStatus: 'InProgress' }])
})

test('two at once run side by side', async () => {
  // Each ends when the other has begun.
  const beside = (own: string, other: string) =>
    room.run(`touch /root/${own}; ${lastsUntil(other)}`, { executionTimeout: '15' })
  const both = await Promise.all([beside('left', 'right'), beside('right', 'left')])
  expect(both.map(({ status }) => status)).toEqual(['Success', 'Success'])
})

test('of twelve five run, five wait, and the last two are accepted when there is room', async () => {
  const { service } = room
  const ids = Array.from({ length: 12 }, (_, at) =>
    room.send(`echo ${at} >>/root/twelve; ${lastsUntil('released')}`),
  )
  const accepted = () =>
    ids.filter((id) => service.about(id).some(({ operation }) => operation === 'AcknowledgeMessage')).length
  await service.until(() => accepted() === 10)
  const lines = () => room.inside('wc -l </root/twelve || echo 0')
  while (Number(await lines()) < 5) await sleep(50)
  // Time for a sixth that is not to begin.
  await sleep(500)
  const held = [await lines(), accepted()]
  await room.inside('touch /root/released')
  expect(held).toEqual(['5', 10])
  for (const id of ids) expect((await room.stepOf(id)).status).toBe('Success')
  expect(await room.inside('sort -n /root/twelve | tr "\\n" " "')).toBe('0 1 2 3 4 5 6 7 8 9 10 11')
}, 60_000)

test.each([
  ['kill -9 of the agent', 'kill -9 $(systemctl show -p MainPID --value amazon-ssm-agent)', 'killed'],
  ['SIGTERM', 'systemctl restart amazon-ssm-agent', 'terminated'],
])(
  '%s: the script lives on, and is run once with its full outcome',
  async (_, end, file) => {
    const messageId = room.send(`echo begun >>/root/${file}; sleep 3; echo done`)
    await begun(file)
    await room.inside(end)
    expect(await room.stepOf(messageId)).toMatchObject({ status: 'Success', standardOutput: 'done\n' })
    expect(await room.inside(`cat /root/${file}`)).toBe('begun')
  },
  30_000,
)

test('exit 194: polling stops, the machine reboots, the script runs again with its outputs appended', async () => {
  const { service } = room
  const messageId = room.send('echo turn; [ -e /root/again ] && exit 0; touch /root/again; exit 194')
  await service.until(() =>
    service.repliesTo(messageId).some(({ documentStatus }) => documentStatus === 'SuccessAndReboot'),
  )
  const polls = () => service.seen.filter(({ operation }) => operation === 'GetMessages').length
  const before = polls()
  // The poll that was open may still end; shutdown comes 15 s later, a minute ahead.
  await sleep((15_000 / SPEED) * 0.8)
  expect(polls() - before).toBeLessThanOrEqual(1)
  expect(await room.stepOf(messageId)).toMatchObject({
    ...{ status: 'Success', code: 0, standardOutput: 'turn\nturn\n' },
  })
}, 30_000)

test('kill -9 of everything: Failed a minute after the restart, the reason in the output, and not run again', async () => {
  const messageId = room.send('echo begun >>/root/crash; sleep 60')
  await begun('crash')
  const crashed = Date.now()
  await room.crash()
  const step = await room.stepOf(messageId)
  expect(Date.now() - crashed).toBeGreaterThan(60_000 / SPEED)
  expect(step).toMatchObject({
    document: 'Failed',
    status: 'Failed',
    code: 1,
    standardOutput: '',
    standardError: '',
  })
  expect(step.output).toMatch(/^document process failed unexpectedly: ipc messaging received timeout signal/)
  expect(await room.inside('cat /root/crash')).toBe('begun')
}, 30_000)

test('a payload that is not JSON, and an unknown schema: Failed, with the reason', async () => {
  const { service } = room
  const noJson = service.sendRaw('aws.ssm.sendCommand', INSTANCE, 'oops')
  expect(await service.final(noJson)).toMatchObject({
    ...{ documentStatus: 'Failed', documentTraceOutput: expect.stringContaining('JSON') },
  })
  const odd = service.sendCommand({ instanceId: INSTANCE, content: { schemaVersion: '9.9' } })
  expect((await service.final(odd)).documentTraceOutput).toContain('9.9')
})

test('an unknown topic: FailMessage', async () => {
  const { service } = room
  const messageId = service.sendRaw('aws.ssm.somethingElse', INSTANCE, '{}')
  await service.until(() => service.about(messageId).length > 0)
  expect(service.about(messageId)).toMatchObject([
    { operation: 'FailMessage', input: { FailureType: 'InternalHandlerException' } },
  ])
})

const mainStep = (name: string, command: string, more: object = {}) => ({
  ...{ action: 'aws:runShellScript', name, inputs: { runCommand: [command] } },
  ...more,
})
const sendSteps = (...mainSteps: object[]) =>
  room.service.sendCommand({ instanceId: INSTANCE, content: { schemaVersion: '2.2', mainSteps } })
const stepsOf = (messageId: string) =>
  Object.assign({}, ...room.service.repliesTo(messageId).map(({ runtimeStatus }) => runtimeStatus)) as object

test('schema 2.2: after a step that fails the next still runs, and the document fails', async () => {
  const messageId = sendSteps(mainStep('first', 'exit 1'), mainStep('second', 'echo two'))
  expect(await room.service.final(messageId)).toMatchObject({ documentStatus: 'Failed', runtimeStatus: {} })
  expect(stepsOf(messageId)).toMatchObject({
    first: { status: 'Failed' },
    second: { status: 'Success', standardOutput: 'two\n' },
  })
})

test('schema 2.2: a step for Windows is skipped, and the document succeeds', async () => {
  const windows = { precondition: { StringEquals: ['platformType', 'Windows'] } }
  const messageId = sendSteps(mainStep('windows', 'exit 1', windows), mainStep('linux', 'echo here'))
  expect((await room.service.final(messageId)).documentStatus).toBe('Success')
  expect(stepsOf(messageId)).toMatchObject({
    windows: { status: 'Skipped' },
    linux: { status: 'Success', standardOutput: 'here\n' },
  })
})

test.each([
  ['answers 500', { status: 500, code: 'InternalServerError' }, 3_000],
  ['is away', 'away', 9_000],
] as const)(
  'an API that %s for 40 s: polling resumes',
  async (_, trouble, withinMs) => {
    const { service } = room
    service.troubles.set('*', trouble)
    // The poll that is open has to end first.
    await service.until(() => service.seen.at(-1)?.operation === 'GetMessages', 5_000)
    await sleep(40_000 / SPEED)
    const tries = service.seen.length
    service.troubles.clear()
    const messageId = room.send('echo back')
    await service.until(() => service.seen.length > tries, withinMs)
    expect((await room.stepOf(messageId)).standardOutput).toBe('back\n')
  },
  30_000,
)

test('first credentials refused: it asks for a role token, is denied, and sleeps; a restart finds the role that came late', async () => {
  const { service } = room
  service.troubles.set('UpdateInstanceInformation', { status: 400, code: 'AccessDeniedException' })
  service.troubles.set('RequestManagedInstanceRoleToken', { status: 400, code: 'AccessDeniedException' })
  await room.inside('systemctl restart amazon-ssm-agent')
  await service.until(() => service.seen.at(-1)?.operation === 'RequestManagedInstanceRoleToken')
  expect(service.seen.at(-1)).toMatchObject({
    input: { Fingerprint: INSTANCE },
    headers: {
      authorization: expect.stringContaining('Credential=ASIALOCALIDENTITY000/'),
      'ssm-asymmetrickeyauthorization': expect.stringMatching(/^Signature=\S+$/),
    },
  })
  const calls = service.seen.length
  service.troubles.clear()
  await sleep(2_000)
  expect(service.seen.length).toBe(calls)
  await room.inside('systemctl restart amazon-ssm-agent')
  expect((await room.run('echo online')).standardOutput).toBe('online\n')
}, 30_000)
