import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../bin/set-up.mjs'
import { loadTypeScript } from './load-typescript.mjs'

export const title =
  'the root action killed (-9) before and after each AWS call: another run converges, teardown leaves nothing'

const DEFAULT_AT_ONCE = { record: '6', real: '1' }

/**
 * `--every K` (a spread sample: each Kth case), `--only 17-before`, `--at-once N`, `--machines real` (sandboxes instead of
 * records: minutes a case).
 */
export async function measure(args) {
  const text = { type: 'string' }
  const { values } = parseArgs({
    args,
    options: {
      every: { ...text, default: '1' },
      only: text,
      machines: { ...text, default: 'record' },
      'at-once': text,
      json: { type: 'boolean' },
    },
  })
  const { startRealCloud } = await loadTypeScript('bench/bench-cloud.ts')
  const { startRecordedCloud } = await loadTypeScript('bench/recorded-cloud.ts')
  const { callsOfChain, crashAt } = await loadTypeScript('bench/crash.ts')
  const { inPool } = await loadTypeScript('bench/pool.ts')
  const dist = join(root, 'dist')
  const start = values.machines === 'real' ? () => startRealCloud(dist) : () => startRecordedCloud()
  const bench = { dist, start }
  const calls = await callsOfChain(bench)
  const cases = casesOf(values, calls.length)
  const outcomes = await inPool(
    cases,
    Number(values['at-once'] ?? DEFAULT_AT_ONCE[values.machines]),
    async (one) => {
      const outcome = await crashAt(bench, one)
      tell(outcome)
      return outcome
    },
  )
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  if (!values.json)
    for (const { call, when, operation, failure } of failed)
      console.log(`\n✗ killed ${when} call ${call} (${operation}); again: --only ${call}-${when}\n${failure}`)
  return [
    { name: 'calls of the chain', unit: '', values: [calls.length] },
    { name: 'cases', unit: '', values: [cases.length] },
    {
      name: 'of which the run had ended before',
      unit: '',
      values: [outcomes.filter(({ operation }) => !operation).length],
    },
    { name: 'cases that did not converge, or left something', unit: '', values: [failed.length], target: 0 },
  ]
}

function casesOf({ only, every }, calls) {
  if (only) {
    const [call, when] = only.split('-')
    return [{ call: Number(call), when }]
  }
  return Array.from({ length: calls }, (_, at) => at + 1)
    .flatMap((call) => [
      { call, when: 'before' },
      { call, when: 'after' },
    ])
    .filter((_, at) => at % Number(every) === 0)
}

const tell = ({ call, when, operation, failure }) =>
  console.error(`${failure === undefined ? '✓' : '✗'} ${when} call ${call} ${operation || '(ended before)'}`)
