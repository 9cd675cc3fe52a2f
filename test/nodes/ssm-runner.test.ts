import { SSMClient } from '@aws-sdk/client-ssm'
import { expect, test } from '@jest/globals'
import { systemClock } from '../../src/kit/clock.ts'
import { ready } from '../../src/nodes/scripts.ts'
import { ssmRunner } from '../../src/nodes/ssm-runner.ts'

/** Run Command that has done everything when it is asked the first time; counts calls by operation. */
function countingSsm() {
  const calls: Record<string, number> = {}
  const targets = new Map<string, string[]>()
  const answer = JSON.stringify({ arch: 'x86_64', os: 'Ubuntu', kernel: '6.8' })
  const send = async (command: { input: Sent }) => {
    const { input } = command
    const { name } = command.constructor
    calls[name] = (calls[name] ?? 0) + 1
    if (input.InstanceIds) {
      if (input.InstanceIds.length > 50) throw new Error('more than 50 targets')
      const id = `command-${targets.size}`
      targets.set(id, input.InstanceIds)
      return { Command: { CommandId: id } }
    }
    return {
      CommandInvocations: (targets.get(input.CommandId ?? '') ?? []).map((InstanceId) => ({
        InstanceId,
        CommandId: input.CommandId,
        Status: 'Success',
        StatusDetails: 'Success',
        CommandPlugins: [{ ResponseCode: 0, Output: answer }],
      })),
    }
  }
  return { calls, send }
}

interface Sent {
  InstanceIds?: string[]
  CommandId?: string
}

test.each([
  [10, 1],
  [50, 1],
  [100, 2],
  [1000, 20],
])('%i nodes take %i commands, and as many looks', async (count, commands) => {
  const { calls, send } = countingSsm()
  // The paginator accepts a client only by its class.
  const ssm = Object.assign(new SSMClient({ region: 'eu-west-1' }), { send })
  const nodes = Array.from({ length: count }, (_, at) => ({ instanceId: `i-${at}`, name: `n-${at}` }))
  const { signal } = new AbortController()
  const outcomes = await ssmRunner({ ssm, clock: systemClock, signal }).run(ready(), nodes)
  expect(outcomes.map(({ node, ok }) => [node.name, ok])).toEqual(nodes.map(({ name }) => [name, true]))
  expect(calls).toEqual({ SendCommandCommand: commands, ListCommandInvocationsCommand: commands })
})

const answer = JSON.stringify({ arch: 'x86_64', os: 'Ubuntu', kernel: '6.8' })
const node = { instanceId: 'i-0', name: 'demo-server-1' }
const awsError = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(`${name} on purpose`), { name, $metadata: { httpStatusCode } })

type Invocation = Record<string, unknown>
const ended = (details: string, code: number, output: string): Invocation => ({
  ...{ InstanceId: node.instanceId, CommandId: 'c', StatusDetails: details },
  Status: details.replace(/^(Delivery|Execution)(?=TimedOut)/, ''),
  CommandPlugins: [{ ResponseCode: code, Output: output }],
})

/** Time that passes only while somebody sleeps. */
function quickClock() {
  let now = 0
  return {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds
    },
  }
}

interface Script {
  /** What each call of an operation meets, in order; the last again and again. */
  SendCommand?: (Error | object)[]
  ListCommandInvocations?: (Error | Invocation[])[]
  GetCommandInvocation?: (Error | object)[]
}

/** The runner on one node, with what the API answers it. */
async function runWith(script: Script) {
  const calls: string[] = []
  const asked: Required<Script> = {
    SendCommand: [{ Command: { CommandId: 'c' } }],
    ListCommandInvocations: [[ended('Success', 0, answer)]],
    GetCommandInvocation: [{}],
    ...script,
  }
  const send = async (command: object) => {
    const operation = command.constructor.name.replace(/Command$/, '')
    const before = calls.filter((one) => one === operation).length
    calls.push(operation)
    if (operation === 'CancelCommand') return {}
    const answers = asked[operation as keyof Script]
    const next = answers[Math.min(before, answers.length - 1)]
    if (next instanceof Error) throw next
    return Array.isArray(next) ? { CommandInvocations: next } : next
  }
  const ssm = Object.assign(new SSMClient({ region: 'eu-west-1' }), { send })
  const { signal } = new AbortController()
  const clock = quickClock()
  const outcome = await ssmRunner({ ssm, clock, signal })
    .run(ready(), [node])
    .then(([one]) => one)
    .catch((error: Error) => error)
  return { outcome, calls, seconds: clock.now() / 1000 }
}

const away = (count: number) => Array.from({ length: count }, () => awsError('InternalServerError', 500))
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const long = ended('Success', 0, `${'x'.repeat(2_400)}\n---Output truncated---`)

test.each<[string, Script]>([
  [
    'nothing in the list for the first moments',
    { ListCommandInvocations: [[], [], [ended('Success', 0, answer)]] },
  ],
  [
    'statuses on the way',
    {
      ListCommandInvocations: [
        ...['Pending', 'Delayed', 'InProgress'].map((status) => [ended(status, -1, '')]),
        [ended('Success', 0, answer)],
      ],
    },
  ],
  [
    'an API that answers 500 when it is to take the command',
    { SendCommand: [...away(8), { Command: { CommandId: 'c' } }] },
  ],
  [
    'no API at all when it is to take the command',
    { SendCommand: [refused, { Command: { CommandId: 'c' } }] },
  ],
  [
    'an API that answers 500 while the script runs',
    { ListCommandInvocations: [[], ...away(12), refused, [ended('Success', 0, answer)]] },
  ],
  [
    'an invocation that is listed and does not exist yet',
    {
      ListCommandInvocations: [[long]],
      GetCommandInvocation: [
        awsError('InvocationDoesNotExist', 400),
        awsError('ThrottlingException', 400),
        { StandardOutputContent: `${'x'.repeat(3_000)}\n${answer}\n` },
      ],
    },
  ],
])('the runner gets its answer through %s', async (_, script) => {
  expect((await runWith(script)).outcome).toMatchObject({ ok: true, answer: { arch: 'x86_64' } })
})

const lost =
  'document process failed unexpectedly: ipc messaging received timeout signal, check [ssm-document-worker]/[ssm-session-worker] log for crash reason'
test.each<[string, Invocation, number, RegExp]>([
  ['DeliveryTimedOut', ended('DeliveryTimedOut', -1, ''), -1, /its SSM agent is not answering/],
  ['137', ended('ExecutionTimedOut', 137, 'half'), 137, /it took too long, or memory ran out/],
  ['a machine that went down', ended('Failed', 1, lost), 1, /the machine went down while it ran/],
  ['Undeliverable', ended('Undeliverable', -1, ''), -1, /cannot be reached/],
  ['Terminated', ended('Terminated', -1, ''), -1, /too many other nodes failed/],
  ['a status that no guide names', ended('InvalidPlatform', -1, ''), -1, /InvalidPlatform, exit code -1/],
  ['an exit code', ended('Failed', 3, 'out\n----------ERROR-------\nwhy'), 3, /Failed, exit code 3/],
])('%s is told in words', async (_, invocation, exitCode, reason) => {
  const { outcome } = await runWith({ ListCommandInvocations: [[invocation]] })
  expect(outcome).toMatchObject({ ok: false, exitCode, reason: expect.stringMatching(reason) })
})

test('an answer that lies behind the first 24,000 bytes is missed by name', async () => {
  const cut = { StandardOutputContent: `${'x'.repeat(23_980)}--output truncated--` }
  const { outcome } = await runWith({ ListCommandInvocations: [[long]], GetCommandInvocation: [cut] })
  expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('answer was cut off') })
})

test('an API that stays away ends the wait after a minute, naming what it said', async () => {
  const { outcome, seconds } = await runWith({ SendCommand: away(1) })
  expect(outcome).toMatchObject({ message: expect.stringContaining('InternalServerError on purpose') })
  expect(seconds).toBeGreaterThanOrEqual(60)
  expect(seconds).toBeLessThan(70)
})

test('a refusal is not tried again', async () => {
  const { outcome, calls } = await runWith({ SendCommand: [awsError('AccessDeniedException', 400)] })
  expect(outcome).toMatchObject({ hint: expect.stringContaining('lacks a right') })
  expect(calls).toEqual(['SendCommand'])
})

test('a node that never answers has no outcome in the end, and its command is left to its own time limit', async () => {
  const { outcome } = await runWith({ ListCommandInvocations: [[ended('InProgress', -1, '')]] })
  expect(outcome).toMatchObject({ ok: false, reason: 'ready gave no answer in time' })
})
