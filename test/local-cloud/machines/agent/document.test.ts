import { expect, test } from '@jest/globals'
import { readCommand, timeoutOf } from '../../../../src/local-cloud/machines/agent/document.ts'
import { resolveParameters } from '../../../../src/local-cloud/machines/agent/resolve-parameters.ts'
import {
  documentStatus,
  failedStep,
  reportStep,
  statusOf,
} from '../../../../src/local-cloud/machines/agent/step-result.ts'
import { combineOutput, truncateStream } from '../../../../src/local-cloud/machines/agent/truncate.ts'

test('a stream is kept whole below 24,000 bytes and cut in bytes from there on', () => {
  expect(truncateStream(Buffer.alloc(23_999, 'x'))).toHaveLength(23_999)
  const cut = truncateStream(Buffer.alloc(24_000, 'x'))
  expect(cut).toBe(`${'x'.repeat(23_980)}--output truncated--`)
  expect(truncateStream(Buffer.from('é'.repeat(12_000)))).toMatch(/^é{11990}--output truncated--$/)
})

const outputs: [string, string, string, RegExp][] = [
  ['both short', 'out', 'err', /^out\n----------ERROR-------\nerr$/],
  ['no errors', 'out', '', /^out$/],
  ['long output', 'o'.repeat(5_000), '', /^o{2477}\n---Output truncated---$/],
  [
    'long output, short errors',
    'o'.repeat(5_000),
    'err',
    /^o+\n---Output truncated---\n----------ERROR-------\nerr$/,
  ],
  [
    'short output, long errors',
    'out',
    'e'.repeat(5_000),
    /^out\n----------ERROR-------\ne+\n---Error truncated----$/,
  ],
  [
    'both long',
    'o'.repeat(5_000),
    'e'.repeat(5_000),
    /^o{1200,}\n---Output truncated---\n-{10}ERROR-{7}\ne{1200,}\n---Error truncated----$/,
  ],
]
test.each(outputs)('the combined output: %s', (_, stdout, stderr, expected) => {
  const output = combineOutput(stdout, stderr)
  expect(output).toMatch(expected)
  expect(Buffer.byteLength(output)).toBeLessThanOrEqual(2_500)
})

const statuses: [Parameters<typeof statusOf>, string][] = [
  [['exited', 0], 'Success'],
  [['exited', 255], 'Failed'],
  [['exited', 137], 'TimedOut'],
  [['exited', 143], 'Failed'],
  [['exited', 194], 'SuccessAndReboot'],
  [['timed out', 137], 'TimedOut'],
  [['cancelled', 137], 'Cancelled'],
]
test.each(statuses)('%j is %s', ([ending, code], expected) => {
  expect(statusOf(ending, code)).toBe(expected)
})

const raw = {
  ending: 'exited',
  code: 0,
  stdout: Buffer.from('a'),
  stderr: Buffer.from('b'),
  startedAt: 0,
  endedAt: 1000,
} as const
test('a failed step ends its errors with the code; a step that timed out has none', () => {
  expect(reportStep({ ...raw, code: 2 })).toMatchObject({
    status: 'Failed',
    standardError: 'bfailed to run commands: exit status 2',
  })
  expect(reportStep({ ...raw, ending: 'timed out' })).toMatchObject({
    status: 'TimedOut',
    code: 137,
    standardError: '',
    standardOutput: 'a',
  })
})

test('the worst step names the document', () => {
  const [fine, bad] = [reportStep(raw), failedStep('no', 0)]
  expect([documentStatus([fine]), documentStatus([fine, bad]), documentStatus([])]).toEqual([
    'Success',
    'Failed',
    'Success',
  ])
})

test('timeouts out of range or unreadable count as an hour', () => {
  expect([5, '172800', '4', '172801', 'abc', undefined].map(timeoutOf)).toEqual([
    5, 172_800, 3600, 3600, 3600, 3600,
  ])
})

test('parameters fill the document: a list as a list, a default where nothing is given', () => {
  const content = {
    schemaVersion: '2.2',
    parameters: { commands: {}, directory: { default: '/srv' } },
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: 's',
        inputs: { runCommand: '{{ commands }}', workingDirectory: '{{ directory }}/x' },
      },
    ],
  }
  const payload = {
    CommandId: 'c',
    DocumentName: 'd',
    Parameters: { commands: ['a', '{{ not_mine }}'] },
    DocumentContent: content,
  }
  expect(readCommand(JSON.stringify(payload)).steps).toEqual([
    { name: 's', id: 's', script: 'a\n{{ not_mine }}', workingDirectory: '/srv/x', timeoutSeconds: 3600 },
  ])
})

test('a step with a condition on another platform is skipped, and any other condition is refused', () => {
  const withCondition = (sides: string[]) =>
    readCommand(
      JSON.stringify({
        CommandId: 'c',
        DocumentName: 'd',
        DocumentContent: {
          schemaVersion: '2.2',
          mainSteps: [
            {
              action: 'aws:runShellScript',
              name: 's',
              precondition: { StringEquals: sides },
              inputs: { runCommand: ['true'] },
            },
          ],
        },
      }),
    ).steps[0]?.skipped
  expect(withCondition(['platformType', 'Linux'])).toBeUndefined()
  expect(withCondition(['Windows', 'platformType'])).toContain('Step name: s')
  expect(() => withCondition(['{{ a }}', 'b'])).toThrow('Unrecognized precondition')
})

const parameter = (Name: string, Value: string, Type = 'String') => ({ Name, Value, Type })
const resolve = (payload: string) =>
  resolveParameters(payload, async (names) =>
    [parameter('a/b', 'say "hi"\n'), parameter('secret', '…', 'SecureString')].filter(({ Name }) =>
      names.includes(Name),
    ),
  )
test('{{ssm:name}} becomes the value, as JSON has it; a secret or missing one fails the command', async () => {
  const payload = JSON.stringify({ commands: ['echo {{ ssm:a/b }}', '{{ssm:a/b}}'] })
  expect(JSON.parse(await resolve(payload))).toEqual({
    commands: ['echo say "hi"\n', 'say "hi"\n'],
  })
  await expect(resolve('{{ssm:secret}}')).rejects.toThrow('SecureString')
  await expect(resolve('{{ssm:none}}')).rejects.toThrow('invalid parameters: none')
  expect(await resolve('{{ commands }}')).toBe('{{ commands }}')
})
