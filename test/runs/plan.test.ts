import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { plan } from '../../src/actions/plan.ts'
import { provisionNodes } from '../../src/actions/provision-nodes.ts'
import { systemClock } from '../../src/kit/clock.ts'
import type { Kit } from '../../src/kit/define-action.ts'
import { readInputs } from '../../src/kit/inputs.ts'
import { createLog } from '../../src/kit/log.ts'
import { recordedCluster } from '../phases/recorded-cluster.ts'

const directories: string[] = []
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true })
})

const env = {
  AWS_REGION: 'eu-west-1',
  'INPUT_CLUSTER-NAME': 'pr-42',
  INPUT_SERVERS: '1',
  INPUT_AGENTS: '0',
  INPUT_TTL: '4h',
  'INPUT_RKE2-VERSION': 'v1.35.4+rke2r1',
  'INPUT_ARTIFACT-URL': 'http://mirror.example/rke2',
}

/** What a step of a job gets, and what it leaves. */
async function step() {
  const tempDirectory = await mkdtemp(join(tmpdir(), 'rke2-plan-'))
  directories.push(tempDirectory)
  const outputs: Record<string, string> = {}
  const [lines, summaries]: [string[], string[]] = [[], []]
  const kit: Kit = {
    log: createLog({ write: (level, line) => lines.push(`${level} ${line}`), mask: () => {} }, Date.now),
    clock: systemClock,
    signal: new AbortController().signal,
    env,
    output: (name, value) => {
      outputs[name] = value
    },
    summary: async (markdown) => {
      summaries.push(markdown)
    },
    tempDirectory,
  }
  return { kit, outputs, lines, summaries }
}

test('a plan leaves its file, its outputs and a summary; a quota that would be passed is a warning', async () => {
  const { world } = await recordedCluster()
  world.quotas.set('L-1216C47A', 1)
  const { kit, outputs, lines, summaries } = await step()
  await plan.run(readInputs(plan.inputs, env), kit)
  const written = JSON.parse(await readFile(outputs['plan-path'] ?? '', 'utf8'))
  expect(written).toMatchObject({ version: 1, cluster: 'pr-42', exists: false })
  // A t3.large at 0.12, 30 GB at 0.1 a month, a balancer at 0.03 and a public address at 0.005 for four hours: the local cloud's figures.
  expect(outputs).toMatchObject({ changes: '10', 'cost-estimate-usd': '0.64' })
  expect(JSON.parse(outputs['obstacles'] ?? '')).toEqual([
    expect.stringContaining('0 of 1 are in use and 2 more'),
  ])
  expect(lines.filter((line) => line.startsWith('warning'))).toHaveLength(1)
  expect(summaries).toEqual([expect.stringContaining('pr-42 would be made anew')])
}, 30_000)

test('a run tells the same cost, and an empty one with the reason when prices cannot be read', async () => {
  const { world } = await recordedCluster()
  const first = await step()
  await provisionNodes.run(readInputs(provisionNodes.inputs, env), first.kit)
  expect(first.outputs['cost-estimate-usd']).toBe('0.64')
  world.faults.inject({ name: 'throttle:GetProducts', count: 100 })
  const second = await step()
  await provisionNodes.run(readInputs(provisionNodes.inputs, env), second.kit)
  expect(second.outputs['cost-estimate-usd']).toBe('')
  expect(second.lines.join('\n')).toContain(
    'no cost estimate: AWS’s price list cannot be read: Rate exceeded',
  )
}, 60_000)
