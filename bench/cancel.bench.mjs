import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../bin/set-up.mjs'
import { loadTypeScript } from './load-typescript.mjs'

export const title =
  'the root action cancelled as the runner does it, at 20 moments: nothing untagged, everything gone after teardown'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL']

/** `--moments N`, default 20, spread over the calls of the chain; `--at-once N`, default 6. */
export async function measure(args) {
  const text = { type: 'string' }
  const { values } = parseArgs({
    args,
    options: {
      moments: { ...text, default: '20' },
      'at-once': { ...text, default: '6' },
      json: { type: 'boolean' },
    },
  })
  const { startRecordedCloud } = await loadTypeScript('bench/recorded-cloud.ts')
  const { callsOfChain } = await loadTypeScript('bench/crash.ts')
  const { cancelAt } = await loadTypeScript('bench/cancel.ts')
  const { inPool } = await loadTypeScript('bench/pool.ts')
  const bench = { dist: join(root, 'dist'), start: () => startRecordedCloud() }
  const calls = (await callsOfChain(bench)).length
  const moments = Number(values.moments)
  const cases = Array.from({ length: moments }, (_, at) => 1 + Math.floor((at * calls) / moments)).flatMap(
    (call) => SIGNALS.map((first) => ({ call, first })),
  )
  const outcomes = await inPool(cases, Number(values['at-once']), async (one) => {
    const outcome = await cancelAt(bench, one)
    tell(outcome)
    return outcome
  })
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  if (!values.json)
    for (const { call, first, failure } of failed) console.log(`\n✗ ${first} at call ${call}\n${failure}`)
  const cancelled = outcomes.filter(({ seconds }) => !Number.isNaN(seconds))
  return [
    { name: 'moments', unit: '', values: [moments] },
    { name: 'cases', unit: '', values: [cases.length] },
    {
      name: 'slowest end after SIGINT or SIGTERM',
      unit: 's',
      values: [
        Math.max(...cancelled.filter(({ first }) => first !== 'SIGKILL').map(({ seconds }) => seconds)),
      ],
      // Then the runner's patience is over, and SIGTERM follows SIGINT.
      target: 7.5,
    },
    { name: 'cases with something untagged or left', unit: '', values: [failed.length], target: 0 },
  ]
}

const tell = ({ call, first, seconds, failure }) =>
  console.error(
    `${failure === undefined ? '✓' : '✗'} ${first} at call ${call}, ended after ${seconds.toFixed(1)} s`,
  )
