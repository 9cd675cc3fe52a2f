import { expect, test } from '@jest/globals'
import { worldOf } from '../../src/checks/world-of-context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { recordedCluster } from '../phases/recorded-cluster.ts'

const SMALL = { servers: 1, agents: 0 }

test('nodes ask an internet-facing balancer at its private addresses, one a zone', async () => {
  const facing = { 'load-balancer': 'internet-facing', 'allowed-cidrs': ['203.0.113.0/24'] }
  const { context, world } = await recordedCluster({ ...SMALL, ...facing })
  await runPhases([provisionNodes], context)
  const own = [...world.interfaces.values()].filter(({ balancerArn }) => balancerArn)
  const { addresses = [] } = (await worldOf(context).balancer()) ?? {}
  expect(addresses).toHaveLength(3)
  expect(new Set(addresses)).toEqual(new Set(own.map(({ privateIp }) => privateIp)))
}, 60_000)

test('the name of an internal one says its addresses', async () => {
  const { context } = await recordedCluster(SMALL)
  await runPhases([provisionNodes], context)
  expect(await worldOf(context).balancer()).toMatchObject({ addresses: [] })
}, 60_000)
