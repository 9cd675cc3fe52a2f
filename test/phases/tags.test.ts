import { expect, test } from '@jest/globals'
import { clusterPhases } from '../../src/phases/cluster.ts'
import { ownership } from '../../src/phases/ownership.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { recordedCluster } from './recorded-cluster.ts'

test('tags of one’s own are on everything that is made, and a later step knows them', async () => {
  const { context, contextOf, world } = await recordedCluster({
    ...{ servers: 1, agents: 1, 'metadata-hop-limit': 2 },
    tags: ['team=web', 'cost centre=42'],
  })
  await runPhases(clusterPhases, context)
  const ours = [...world.tags].filter(([, tags]) => tags['rke2-action:cluster'])
  expect(ours.length).toBeGreaterThan(10)
  for (const [id, tags] of ours)
    expect([id, tags]).toEqual([id, expect.objectContaining({ team: 'web', 'cost centre': '42' })])
  expect([...world.instances.values()].map(({ hopLimit }) => hopLimit)).toEqual([2, 2])
  const { wished } = await ownership(contextOf({ tags: ['team=shop'] }))
  expect(wished).toEqual({ team: 'shop', 'cost centre': '42' })
}, 60_000)
