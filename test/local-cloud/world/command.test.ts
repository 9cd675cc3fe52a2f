import { expect, test } from '@jest/globals'
import { type Command, progressOf, settled } from '../../../src/local-cloud/world/command.ts'
import {
  cancelled,
  delivered,
  type Invocation,
  newInvocation,
  replied,
  responseCode,
  type Step,
} from '../../../src/local-cloud/world/invocation.ts'

const step = (name: string, code: number): Step => ({
  name,
  code,
  status: code === 0 ? 'Success' : 'Failed',
  output: '',
  stdout: name,
  stderr: '',
  startedAt: undefined,
  endedAt: undefined,
})
const sent = delivered({ ...newInvocation('i-1', 0), released: true }, 10_000)
const running: Invocation = {
  ...replied(sent, { documentStatus: 'InProgress', steps: [] }),
  acknowledged: true,
}
const done = (status: string) => replied(running, { documentStatus: status, steps: [] })

function command(invocations: readonly Invocation[], more: Partial<Command> = {}): Command {
  return {
    id: 'c',
    documentName: 'AWS-RunShellScript',
    documentVersion: '1',
    comment: '',
    parameters: {},
    instanceIds: [],
    targets: [],
    requestedAt: 0,
    visibleAt: 0,
    timeoutSeconds: 60,
    executionSeconds: 100,
    maxConcurrency: '50',
    maxErrors: '0',
    cancelled: false,
    invocations: new Map(
      invocations.map((one, index) => [String(index), { ...one, instanceId: String(index) }]),
    ),
    ...more,
  }
}

test.each([
  ['Success', 'Success', 'Success'],
  ['Failed', 'Failed', 'Failed'],
  ['TimedOut', 'TimedOut', 'ExecutionTimedOut'],
  ['Cancelled', 'Cancelled', 'Cancelled'],
  ['SuccessAndReboot', 'InProgress', 'InProgress'],
  ['Gibberish', 'Failed', 'Failed'],
])('the agent says %s, the service %s, %s', (word, status, details) => {
  expect(done(word)).toMatchObject({ status, details })
})

test('a late InProgress does not reopen what has ended', () => {
  expect(replied(done('Success'), { documentStatus: 'InProgress', steps: [] }).status).toBe('Success')
})

test('steps gather over replies, and the last one gives the exit code', () => {
  const first = replied(running, { documentStatus: 'InProgress', steps: [step('one', 0)] })
  const second = replied(first, { documentStatus: 'InProgress', steps: [step('two', 3)] })
  const last = replied(second, { documentStatus: 'Failed', steps: [] })
  expect(last.steps.map(({ stdout }) => stdout)).toEqual(['one', 'two'])
  expect([responseCode(second), responseCode(last)]).toEqual([-1, 3])
})

test.each([
  ['undelivered', newInvocation('i-1', 0), 'Cancelled'],
  ['running', running, 'Cancelling'],
  ['ended', done('Failed'), 'Failed'],
])('cancelling an %s invocation makes it %s', (_, before, status) => {
  expect(cancelled(before).status).toBe(status)
})

test('while it is being cancelled, only an end counts', () => {
  const cancelling = cancelled(running)
  expect(replied(cancelling, { documentStatus: 'InProgress', steps: [] }).status).toBe('Cancelling')
  expect(replied(cancelling, { documentStatus: 'Cancelled', steps: [] }).status).toBe('Cancelled')
})

test.each([
  ['never delivered', newInvocation('i-1', 0), 59_999, 'Pending'],
  ['never delivered', newInvocation('i-1', 0), 60_000, 'DeliveryTimedOut'],
  ['running', running, 159_999, 'InProgress'],
  ['running', running, 160_000, 'DeliveryTimedOut'],
])('%s, %#: at %p ms the details are', (_, invocation, now, details) => {
  expect([...settled(command([invocation]), now as number).invocations.values()][0]?.details).toBe(details)
})

test('MaxConcurrency lets so many go at a time', () => {
  const waiting = Array.from({ length: 4 }, () => newInvocation('', 0))
  const released = (one: Command) => [...one.invocations.values()].map((invocation) => invocation.released)
  expect(released(settled(command(waiting, { maxConcurrency: '50%' }), 0))).toEqual([
    true,
    true,
    false,
    false,
  ])
  const oneEnded = [done('Success'), { ...running }, ...waiting.slice(2)]
  expect(released(settled(command(oneEnded, { maxConcurrency: '2' }), 0))).toEqual([true, true, true, false])
})

test('after more errors than MaxErrors the rest is not sent', () => {
  const after = settled(command([done('Failed'), newInvocation('', 0)], { maxConcurrency: '1' }), 0)
  expect([...after.invocations.values()].map(({ details }) => details)).toEqual(['Failed', 'Terminated'])
})

test.each([
  ['no target', [], {}, 'NoInstancesInTag'],
  ['nothing yet', [newInvocation('', 0)], {}, 'Pending'],
  ['one of two', [done('Success'), running], {}, 'InProgress'],
  ['all well', [done('Success'), done('Success')], {}, 'Success'],
  ['one failed', [done('Success'), done('Failed')], {}, 'Failed'],
  ['one failed, tolerated', [done('Success'), done('Failed')], { maxErrors: '1' }, 'Incomplete'],
  ['being cancelled', [running], { cancelled: true }, 'Cancelling'],
  ['cancelled', [done('Cancelled')], { cancelled: true }, 'Cancelled'],
] as const)('the command as a whole: %s', (_, invocations, more, details) => {
  expect(progressOf(command(invocations, more)).details).toBe(details)
})
