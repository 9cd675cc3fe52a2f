import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../bin/set-up.mjs'
import { loadTypeScript } from './load-typescript.mjs'

export const title = 'the SSM agent: message to final reply; 50 commands on 50 machines that are records'

/** `--runs N`, default 15 for the agent, a third of it for the commands. */
export async function measure(args) {
  const { values } = parseArgs({
    args,
    options: { runs: { type: 'string', default: '15' }, json: { type: 'boolean' } },
  })
  const { timeAgent, timeCommands } = await loadTypeScript('bench/agent-cloud.ts')
  const runs = Number(values.runs)
  // The first command loads what the others find.
  const [, ...replies] = await timeAgent(join(root, 'dist/local-cloud/agent.js'), runs + 1)
  const oneEach = []
  const all = []
  await timeCommands(1)
  for (let run = 0; run < Math.max(1, runs / 3); run++) {
    oneEach.push((await timeCommands(1)) / 1000)
    all.push((await timeCommands(50)) / 1000)
  }
  return [
    { name: 'message to final reply', unit: 'ms', values: replies, target: 60 },
    { name: '50 commands, one for each of 50 machines', unit: 's', values: oneEach, target: 1 },
    { name: '50 commands, each for all 50 machines', unit: 's', values: all, target: 1 },
  ]
}
