import { parseArgs } from 'node:util'
import { loadTypeScript } from './load-typescript.mjs'

export const title = 'three servers started together at real speed, until each is READY; needs root'

// Seconds, of a genuine RKE2 v1.35.0+rke2r1 on two cores.
const GENUINE = [26, 32, 47.5]
const ORDER = ['first', 'second', 'third']

/** `--runs N`, default 1; `--control-plane light,upstream`, default both. */
export async function measure(args) {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: 'string', default: '1' },
      'control-plane': { type: 'string', default: 'light,upstream' },
      json: { type: 'boolean' },
    },
  })
  const { timeThreeServers } = await loadTypeScript('bench/three-servers.ts')
  const figures = []
  for (const controlPlane of values['control-plane'].split(',')) {
    const runs = []
    for (let run = 0; run < Number(values.runs); run++) runs.push(await timeThreeServers(controlPlane))
    for (const [at, genuine] of GENUINE.entries())
      figures.push({
        name: `${controlPlane}: ${ORDER[at]} READY, genuine ${genuine}`,
        unit: 's',
        values: runs.map((ready) => ready[at]),
      })
  }
  return figures
}
