import { join } from 'node:path'
import { root } from '../bin/set-up.mjs'
import { loadTypeScript } from './load-typescript.mjs'

export const title =
  "teardown of a 3+3 cluster with everything attached: calls by operation, and time at AWS's own delays (minutes)"

export async function measure(args) {
  const { timeTeardown } = await loadTypeScript('bench/teardown-calls.ts')
  const { seconds, before, calls, left } = await timeTeardown(join(root, 'dist'))
  if (!args.includes('--json')) {
    for (const [operation, count] of Object.entries(calls).toSorted(([a], [b]) => a.localeCompare(b)))
      console.log(`  ${operation.padEnd(40)}${String(count).padStart(8)}`)
    console.log(left && `\nleft:\n${left}`)
  }
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0)
  return [
    { name: 'things that stood', unit: '', values: [before] },
    { name: 'API calls', unit: 'calls', values: [all] },
    { name: "time at AWS's delays", unit: 's', values: [seconds], target: 300 },
    { name: 'things left', unit: '', values: [left ? left.split('\n').length : 0], target: 0 },
  ]
}
