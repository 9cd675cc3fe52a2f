import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../bin/set-up.mjs'
import { loadTypeScript } from './load-typescript.mjs'

export const title =
  'the root action and teardown under mixed faults, by seed: green or red with the cause named, and nothing left'

/** `--seeds N` (1 to N, default 200), `--seed K` for one, `--at-once N`, default 8. */
export async function measure(args) {
  const text = { type: 'string' }
  const { values } = parseArgs({
    args,
    options: {
      seeds: { ...text, default: '200' },
      seed: text,
      'at-once': { ...text, default: '8' },
      json: { type: 'boolean' },
    },
  })
  const { runWithFaults } = await loadTypeScript('bench/faulty-run.ts')
  const { inPool } = await loadTypeScript('bench/pool.ts')
  const seeds = values.seed
    ? [Number(values.seed)]
    : Array.from({ length: Number(values.seeds) }, (_, at) => at + 1)
  const runs = await inPool(seeds, Number(values['at-once']), async (seed) => {
    const run = await runWithFaults(join(root, 'dist'), seed)
    tell(run)
    return run
  })
  const failed = runs.filter(({ failure }) => failure !== undefined)
  if (!values.json)
    for (const { seed, strikes, failure } of failed)
      console.log(`\n✗ --seed ${seed}\n${strikes.map((strike) => `  ${strike}`).join('\n')}\n${failure}`)
  const count = (of) => [runs.filter(of).length]
  return [
    { name: 'seeds', unit: '', values: [runs.length] },
    { name: 'faults that struck a run', unit: '', values: runs.map(({ strikes }) => strikes.length) },
    { name: 'runs that ended green', unit: '', values: count(({ green }) => green) },
    {
      name: 'teardowns that ended green under faults',
      unit: '',
      values: count(({ teardownGreen }) => teardownGreen),
    },
    { name: 'seeds without a cause, or with something left', unit: '', values: [failed.length], target: 0 },
  ]
}

const tell = ({ seed, green, teardownGreen, strikes, causes, failure }) =>
  console.error(
    [
      `${failure === undefined ? '✓' : '✗'} seed ${seed}: ${strikes.length} faults, ${green ? 'green' : 'red'}, teardown ${teardownGreen ? 'green' : 'red'}`,
      ...causes.map((cause) => cause.replace(/^/gm, '    ')),
    ].join('\n'),
  )
