import { expect, test } from '@jest/globals'
import { runPhases } from '../../src/phases/phase.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { recordedCluster } from './recorded-cluster.ts'

test('a machine that never registers is replaced, and the others stay', async () => {
  const { world, context, lines } = await recordedCluster({ servers: 1, agents: 2 })
  world.faults.inject({ name: 'never-registers', count: 1 })
  await runPhases([provisionNodes], context)
  const { servers, agents } = await context.nodes()
  const nodes = [...servers, ...agents]
  expect(nodes.map(({ name }) => name)).toEqual(['pr-42-server-1', 'pr-42-agent-1', 'pr-42-agent-2'])
  expect(nodes.filter(({ instanceId }) => world.instances.get(instanceId)?.impaired)).toEqual([])
  const gone = [...world.instances.values()].filter(({ id }) => !nodes.some((node) => node.instanceId === id))
  expect(gone.map(({ impaired }) => impaired)).toEqual([true])
  expect(lines.join('\n')).toMatch(
    /no SSM agent has shown itself since the launch, so the machine is replaced/,
  )
}, 90_000)
