import { join } from 'node:path'
import { root } from '../bin/set-up.mjs'
import { loadTypeScript } from './load-typescript.mjs'

export const title =
  'API calls by operation and memory of the root action for 3 servers and 10, 100, 1,000 agents'

const AGENTS = [10, 100, 1000]
// A /24 for each node.
const PODS = '10.32.0.0/13'
// Run Command's own limit of targets: the fewest commands for so many nodes.
const BATCH = 50
// What a batch more may cost: ready, install, join, look, wait, label, and the connectivity check.
const MOST_COMMANDS_A_BATCH = 8

// Of the action: 250 MB in MiB. A hosted runner's memory is shared with what the user runs.
const MOST_MEMORY = 238

async function callsFor(agents, { startRecordedCloud, createBucketWatch, runDoor }) {
  const buckets = createBucketWatch()
  const cloud = await startRecordedCloud({ around: buckets.around })
  try {
    const { seconds, rss } = await runDoor(join(root, 'dist/cluster/index.js'), cloud, {
      'cluster-name': 'bench',
      servers: 3,
      agents,
      'cluster-cidr': PODS,
      ...cloud.inputs,
    })
    return { agents, seconds, rss, calls: Object.fromEntries(cloud.calls), above: buckets.above() }
  } finally {
    await cloud.stop()
  }
}

export async function measure(args) {
  const parts = {
    ...(await loadTypeScript('bench/recorded-cloud.ts')),
    ...(await loadTypeScript('bench/bucket-watch.ts')),
    ...(await loadTypeScript('bench/door.ts')),
  }
  const runs = []
  for (const agents of AGENTS) runs.push(await callsFor(agents, parts))
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
    ...runs.flatMap(({ agents, calls, rss, seconds, above }) => [
      {
        name: `${agents} agents: calls above AWS's token buckets`,
        unit: 'calls',
        values: [above.length],
        target: 0,
      },
      { name: `${agents} agents: SendCommand`, unit: 'calls', values: [calls.SendCommand] },
      {
        name: `${agents} agents: ListCommandInvocations a command`,
        unit: 'calls',
        values: [calls.ListCommandInvocations / calls.SendCommand],
      },
      { name: `${agents} agents: all calls`, unit: 'calls', values: [sum(Object.values(calls))] },
      { name: `${agents} agents: RSS of the action, peak`, unit: 'MiB', values: [rss], target: MOST_MEMORY },
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
  for (const { agents, above } of runs)
    for (const bucket of new Set(above)) console.log(`  ${agents} agents: above the bucket ${bucket}`)
  console.log('')
}
