import { expect, test } from '@jest/globals'
import { clusterPhases } from '../../src/phases/cluster.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { recordedCluster } from './recorded-cluster.ts'

const teardownOf = ({ aws, clock, log, signal, spec }: Context) =>
  teardown({ cluster: spec.clusterName, aws, clock, log, signal, timeout: 20 })

test('three servers and three agents, up and gone, over the AWS APIs', async () => {
  const { context, machines, lines } = await recordedCluster()
  await runPhases(clusterPhases, context)
  const { servers, agents } = await context.nodes()
  expect([...servers, ...agents].map((node) => node.name)).toEqual([
    'pr-42-server-1',
    'pr-42-server-2',
    'pr-42-server-3',
    'pr-42-agent-1',
    'pr-42-agent-2',
    'pr-42-agent-3',
  ])
  expect(new Set(servers.map((node) => node.zone)).size).toBe(3)
  expect(machines.ran.filter((line) => line.startsWith('start-first-server'))).toEqual([
    `start-first-server ${servers[0]?.instanceId}`,
  ])
  expect(machines.ran.filter((line) => line.startsWith('join-server'))).toHaveLength(2)
  expect(machines.ran.filter((line) => line.startsWith('join-agent'))).toHaveLength(3)
  const residue = await teardownOf(context)
  expect(Object.values(residue).flat()).toEqual([])
  expect(lines.join('\n')).toContain('nothing is left: 0 instances, 0 load balancers')
}, 30_000)

test('a second run finds the work done', async () => {
  const { context, machines } = await recordedCluster()
  await runPhases(clusterPhases, context)
  const before = (await context.nodes()).servers.map((node) => node.instanceId)
  machines.ran.length = 0
  const started = Date.now()
  await runPhases(clusterPhases, context)
  expect(Date.now() - started).toBeLessThan(5000)
  expect((await context.nodes()).servers.map((node) => node.instanceId)).toEqual(before)
  expect(machines.ran.filter((line) => /^(start|join)-/.test(line))).toEqual([])
}, 30_000)

test('teardown with nothing there works', async () => {
  const { context } = await recordedCluster()
  expect(Object.values(await teardownOf(context)).flat()).toEqual([])
})
