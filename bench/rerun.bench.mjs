import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../bin/set-up.mjs'
import { loadTypeScript } from './load-typescript.mjs'

export const title = 'a second run of the root action over a finished 3+3 cluster, its verification included'

// The first line of the verification, which begins when the chain has found its work done.
const VERIFYING = /^ *(\d+\.\d)s {2}verify-ha +asking/

/** `--runs N`, default 5. */
export async function measure(args) {
  const { values } = parseArgs({
    args,
    options: { runs: { type: 'string', default: '5' }, json: { type: 'boolean' } },
  })
  const { runDoor } = await loadTypeScript('bench/door.ts')
  const door = join(root, 'dist/cluster/index.js')
  const { startRealCloud } = await loadTypeScript('bench/bench-cloud.ts')
  const cloud = await startRealCloud(join(root, 'dist'))
  const inputs = { ...cloud.inputs, 'cluster-name': 'bench', servers: 3, agents: 3 }
  const runs = []
  try {
    await runDoor(door, cloud, inputs)
    for (let run = 0; run < Number(values.runs); run++) runs.push(await runDoor(door, cloud, inputs))
  } finally {
    await cloud.stop()
  }
  const chain = runs.map(({ lines }) =>
    Number(lines.map((line) => VERIFYING.exec(line)?.[1]).find(Boolean) ?? 0),
  )
  return [
    { name: 'second run', unit: 's', values: runs.map(({ seconds }) => seconds), target: 5 },
    { name: '  until every phase found its work done', unit: 's', values: chain },
    { name: '  verification', unit: 's', values: runs.map(({ seconds }, at) => seconds - (chain[at] ?? 0)) },
  ]
}
