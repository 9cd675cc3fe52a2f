import { StopInstancesCommand } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { terminateInstances } from '../../src/aws/instances.ts'
import { registerTargets } from '../../src/aws/target-groups.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { eventually } from '../local-cloud/services/start-cloud.ts'
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

test('a machine that never registered is replaced by the run after a killed one', async () => {
  const { world, context } = await recordedCluster({ servers: 3, agents: 1 })
  world.faults.inject({ name: 'never-registers', count: 1 })
  const killed = abortedWhenWaiting(context, /first sign/)
  await expect(runPhases([provisionNodes], killed)).rejects.toThrow('killed')
  const silent = [...world.instances.values()].find(({ impaired }) => impaired)?.id
  expect(silent).toBeDefined()
  await runPhases([provisionNodes], context)
  const { servers, agents } = await context.nodes()
  expect({ servers: servers.length, agents: agents.length }).toEqual({ servers: 3, agents: 1 })
  expect([...servers, ...agents].map(({ instanceId }) => instanceId)).not.toContain(silent)
}, 90_000)

test('a server that took commands stays, though it does not show itself again after a stop', async () => {
  const { world, context } = await recordedCluster({ servers: 3, agents: 1 })
  await runPhases([provisionNodes], context)
  const id = (await context.nodes()).servers[1]?.instanceId ?? ''
  await context.aws.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
  await eventually(
    async () => world.instances.get(id)?.state,
    (state) => state === 'stopped',
  )
  const server = world.instances.get(id)
  if (!server) throw new Error('no server')
  world.instances.set(id, { ...server, impaired: true })
  await expect(runPhases([provisionNodes], context)).rejects.toThrow(/SSM agents of 4 machines/)
  expect(world.instances.get(id)?.state).toBe('running')
  expect(world.instances.size).toBe(4)
}, 90_000)

test('where none of the new machines shows itself, none is replaced', async () => {
  const { world, context, contextOf } = await recordedCluster({ servers: 1, agents: 0 })
  await runPhases([provisionNodes], context)
  world.faults.inject({ name: 'never-registers', count: 2 })
  await expect(runPhases([provisionNodes], contextOf({ agents: 2 }))).rejects.toThrow(
    /SSM agents of 3 machines/,
  )
  const states = [...world.instances.values()].map(({ state }) => state)
  expect(states).toEqual(['running', 'running', 'running'])
}, 90_000)

test('a server that was terminated is replaced, and leaves the target groups; what is not ours to judge stays', async () => {
  const { world, context, lines } = await recordedCluster({ servers: 3, agents: 1 })
  await runPhases([provisionNodes], context)
  const { servers, agents } = await context.nodes()
  const gone = servers[0]?.instanceId ?? ''
  const living = agents[0]?.instanceId ?? ''
  const groups = [...world.targetGroups.keys()]
  for (const arn of groups) await registerTargets(context.aws.elb, arn, [living])
  await terminateInstances(context.aws.ec2, [gone])
  await runPhases([provisionNodes], context)
  const now = (await context.nodes()).servers.map(({ instanceId }) => instanceId)
  expect(now).toHaveLength(3)
  expect(now).not.toContain(gone)
  for (const { targets } of world.targetGroups.values()) {
    const stay = [...targets.values()].filter(({ drainsUntil }) => drainsUntil === undefined)
    expect(new Set(stay.map(({ id }) => id))).toEqual(new Set([...now, living]))
  }
  expect(lines.filter((line) => line.includes(`${gone} no longer a target`))).toHaveLength(2)
}, 90_000)

function abortedWhenWaiting(context: Context, what: RegExp): Context {
  const controller = new AbortController()
  const log = {
    ...context.log,
    scoped: () => log,
    waiting: (awaited: string) => {
      if (what.test(awaited)) controller.abort(new Error('killed'))
    },
  }
  return { ...context, log, signal: controller.signal }
}
