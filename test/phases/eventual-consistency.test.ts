import { expect, test } from '@jest/globals'
import type { Clock } from '../../src/kit/clock.ts'
import type { World } from '../../src/local-cloud/world/world.ts'
import { bootstrapFirstServer } from '../../src/phases/bootstrap-first-server.ts'
import { joinAgents } from '../../src/phases/join-agents.ts'
import { joinServers } from '../../src/phases/join-servers.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { awaitRunning } from '../../src/phases/provision/launch-machines.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { settledNodes } from '../../src/phases/settled-nodes.ts'
import { around } from './around.ts'
import { recordedCluster } from './recorded-cluster.ts'

test.each([
  'not-found:AuthorizeSecurityGroupIngress',
  'not-found:RunInstances',
  'not-found:ModifyLoadBalancerAttributes',
  'not-found:CreateListener',
  'not-found:ModifyTargetGroupAttributes',
  'not-found:PutRolePolicy',
  'not-found:AddRoleToInstanceProfile',
  'unknown-profile',
])(
  '%s: what was made just now is asked for again until AWS knows it',
  async (name) => {
    const { context, world } = await recordedCluster({ servers: 1, agents: 1 })
    world.faults.inject({ name, count: 1 })
    await runPhases([provisionNodes], context)
    expect(world.faults.pending()).toEqual([])
    expect((await context.nodes()).agents).toHaveLength(1)
    expect([world.loadBalancers.size, world.listeners.size, world.profiles.size]).toEqual([1, 2, 1])
  },
  30_000,
)

test('a group whose making was answered too late is taken when EC2 shows it', async () => {
  const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
  world.faults.inject({ name: 'lose-answer:CreateSecurityGroup', count: 2 })
  world.faults.inject({ name: 'stale:DescribeSecurityGroups', count: 2 })
  await runPhases([provisionNodes], context)
  expect(world.faults.pending()).toEqual([])
  const names = [...world.securityGroups.values()].map(({ name }) => name)
  expect(new Set(names)).toEqual(new Set(['default', 'pr-42-nodes', 'pr-42-balancer']))
  expect(names).toHaveLength(3)
}, 30_000)

test('a role whose adding was not answered is in its profile, and that is seen at once', async () => {
  const { context, world, calls } = await recordedCluster({ servers: 1, agents: 0 })
  world.faults.inject({ name: 'lose-answer:AddRoleToInstanceProfile', count: 1 })
  await runPhases([provisionNodes], context)
  expect(world.faults.pending()).toEqual([])
  // The first, and the one that is refused.
  expect(calls.get('AddRoleToInstanceProfile')).toBe(2)
}, 30_000)

test('a profile that somebody else’s role is in is refused at once', async () => {
  const { context, calls } = await recordedCluster({ servers: 1, agents: 0 }, (world, handlers) =>
    around(handlers, (_, { operation }) => {
      if (operation === 'AddRoleToInstanceProfile') putOtherRole(world)
    }),
  )
  await expect(runPhases([provisionNodes], context)).rejects.toThrow(/^Cannot exceed quota for Instance/)
  expect(calls.get('AddRoleToInstanceProfile')).toBe(1)
}, 30_000)

function putOtherRole({ profiles, roles }: World): void {
  for (const role of roles.values()) roles.set('other', { ...role, name: 'other' })
  for (const profile of profiles.values()) profiles.set(profile.name, { ...profile, roleName: 'other' })
}

test.each([
  'DescribeSubnets',
  // Not taken for credentials that are not accepted.
  'GetCallerIdentity',
])(
  'an outage of %s that lasts is told in words, with what to do',
  async (operation) => {
    const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
    world.faults.inject({ name: `error-before:${operation}`, count: 100 })
    await expect(runPhases([provisionNodes], context)).rejects.toMatchObject({
      name: 'UserError',
      message: `AWS did not carry out ${operation}: An internal error has occurred`,
      hint: expect.stringContaining('run the action again'),
    })
  },
  30_000,
)

test('machines that EC2 does not show for a moment are waited for, and join', async () => {
  const { context, world, machines } = await recordedCluster({ servers: 3, agents: 1 })
  await runPhases([provisionNodes], context)
  // As EC2 shows it for a moment: one server is missing, another still starts.
  const nodes = await context.nodes()
  const [first, ...others] = nodes.servers
  const early = { ...nodes, servers: others.map((node) => ({ ...node, state: 'pending' as const })) }
  let asked = 0
  const late = { ...context, nodes: async () => (asked++ % 2 ? nodes : early) }
  await runPhases([bootstrapFirstServer, joinServers, joinAgents], late)
  expect(machines.ran.filter((line) => /^(start|join)-/.test(line))).toEqual([
    `start-first-server ${first?.instanceId}`,
    ...others.map(({ instanceId }) => `join-server ${instanceId}`),
    ...nodes.agents.map(({ instanceId }) => `join-agent ${instanceId}`),
  ])
  expect(world.instances.size).toBe(4)
}, 30_000)

test('agents in surplus make up for no server that does not run yet', async () => {
  const { context } = await recordedCluster({ servers: 1, agents: 1 })
  await runPhases([provisionNodes], context)
  const nodes = await context.nodes()
  const agents = [...nodes.agents, ...nodes.agents]
  const early = { agents, servers: nodes.servers.map((node) => ({ ...node, state: 'pending' as const })) }
  let asked = 0
  const late = async () => (asked++ ? { ...nodes, agents } : early)
  await expect(awaitRunning({ ...context, nodes: late })).resolves.toEqual({ ...nodes, agents })
}, 30_000)

test('a cluster that has fewer machines than were wanted goes on with what it has', async () => {
  const { context, lines } = await recordedCluster({ servers: 1, agents: 1 })
  await runPhases([provisionNodes], context)
  const { servers } = await context.nodes()
  const nodes = async () => ({ servers, agents: [] })
  await expect(settledNodes({ ...context, nodes, clock: hurried() }, ['agent'])).resolves.toMatchObject({
    agents: [],
  })
  expect(lines.join('\n')).toContain('all machines: 1 agent')
}, 30_000)

test.each([
  { servers: 1, agents: 0 },
  { servers: 1, agents: 1 },
])(
  'a step that is not told how many there are waits for no more: %j',
  async (counts) => {
    const { context, contextOf, lines } = await recordedCluster(counts)
    await runPhases([provisionNodes], context)
    const untold = contextOf({ servers: 3, agents: 3 })
    await expect(settledNodes(untold, ['server', 'agent'])).resolves.toEqual(await context.nodes())
    expect(lines.join('\n')).not.toContain('all machines:')
  },
  30_000,
)

/** A clock on which waiting takes no time. */
function hurried(): Clock {
  let now = Date.now()
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds
    },
  }
}
