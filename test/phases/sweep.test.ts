import { expect, test } from '@jest/globals'
import { clustersIn, isExpired } from '../../src/cluster/expiry.ts'
import { clusterPhases } from '../../src/phases/cluster.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { sweep } from '../../src/phases/sweep.ts'
import { recordedCluster } from './recorded-cluster.ts'

const tags = (cluster: string, expiresAt: string) => ({
  'rke2-action:cluster': cluster,
  'rke2-action:expires-at': expiresAt,
})

test('a cluster ends with the last of its resources, and one without a time never', () => {
  const found = clustersIn([
    tags('b', '2026-01-01T00:00:00Z'),
    tags('b', '2026-01-03T00:00:00Z'),
    tags('a', ''),
    { Name: 'of somebody else' },
  ])
  expect(found.map(({ name, resources }) => `${name} ${resources}`)).toEqual(['a 1', 'b 2'])
  const at = Date.parse('2026-01-02T00:00:00Z')
  expect(found.map((cluster) => isExpired(cluster, at))).toEqual([false, false])
  expect(found.map((cluster) => isExpired(cluster, at + 2 * 86_400_000))).toEqual([false, true])
})

const sweepOf = ({ aws, clock, log, signal }: Context, dryRun: boolean) =>
  sweep({ aws, clock, log, signal, timeout: 20, dryRun })

test('only what is over is taken away, and a dry run takes nothing', async () => {
  const { context, contextOf } = await recordedCluster({ servers: 1, agents: 1 })
  const over = contextOf({ 'cluster-name': 'over', ttl: 1 })
  await runPhases(clusterPhases, context)
  await runPhases(clusterPhases, over)
  const names = ({ expired, kept }: Awaited<ReturnType<typeof sweep>>) => [
    expired.map(({ name }) => name),
    kept.map(({ name }) => name),
  ]
  expect(names(await sweepOf(context, true))).toEqual([['over'], ['pr-42']])
  expect((await over.nodes()).servers).toHaveLength(1)
  expect(names(await sweepOf(context, false))).toEqual([['over'], ['pr-42']])
  expect((await over.nodes()).servers).toHaveLength(0)
  expect((await context.nodes()).servers).toHaveLength(1)
}, 60_000)
