import { loadTypeScript } from './load-typescript.mjs'
import { runDoor } from './local-cloud.mjs'

export const title =
  'API calls by operation and memory of the root action for 3 servers and 10, 100, 1,000 agents'

const AGENTS = [10, 100, 1000]
// Run Command's own limit of targets: the fewest commands for so many nodes.
const BATCH = 50
// What a batch more may cost: ready, install, join, look, wait, label, and the connectivity check.
const MOST_COMMANDS_A_BATCH = 8

async function callsFor(agents, startRecordedCloud) {
  const cloud = await startRecordedCloud()
  try {
    const { seconds, rss } = await runDoor('cluster', cloud, {
      'cluster-name': 'bench',
      'rke2-version': 'v1.35.4+rke2r1',
      'artifact-url': 'http://mirror.example/rke2',
      servers: 3,
      agents,
      checks: 'zones,connectivity',
    })
    return { agents, seconds, rss, calls: Object.fromEntries(cloud.calls) }
  } finally {
    await cloud.stop()
  }
}

export async function measure(args) {
  const { startRecordedCloud } = await loadTypeScript('bench/recorded-cloud.ts')
  const runs = []
  for (const agents of AGENTS) runs.push(await callsFor(agents, startRecordedCloud))
  const [few, , many] = runs
  if (!args.includes('--json')) printTable(runs)
  const batches = Math.ceil(many.agents / BATCH) - Math.ceil(few.agents / BATCH)
  const more = many.calls.SendCommand - few.calls.SendCommand
  return [
    {
      name: 'SendCommand calls for each 50 nodes more',
      unit: '',
      values: [more / batches],
      target: MOST_COMMANDS_A_BATCH,
    },
    ...runs.flatMap(({ agents, calls, rss, seconds }) => [
      { name: `${agents} agents: SendCommand`, unit: 'calls', values: [calls.SendCommand] },
      {
        name: `${agents} agents: ListCommandInvocations a command`,
        unit: 'calls',
        values: [calls.ListCommandInvocations / calls.SendCommand],
      },
      { name: `${agents} agents: all calls`, unit: 'calls', values: [sum(Object.values(calls))] },
      { name: `${agents} agents: RSS of the action, peak`, unit: 'MiB', values: [rss] },
      { name: `${agents} agents: time`, unit: 's', values: [seconds] },
    ]),
  ]
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)

function printTable(runs) {
  const operations = [...new Set(runs.flatMap(({ calls }) => Object.keys(calls)))].toSorted((a, b) =>
    a.localeCompare(b),
  )
  console.log(
    `calls of the root action by operation (the chain, and the checks zones and connectivity)\n\n  ${'agents'.padEnd(40)}${runs.map(({ agents }) => String(agents).padStart(8)).join('')}`,
  )
  for (const operation of operations)
    console.log(
      `  ${operation.padEnd(40)}${runs.map(({ calls }) => String(calls[operation] ?? 0).padStart(8)).join('')}`,
    )
  console.log('')
}
