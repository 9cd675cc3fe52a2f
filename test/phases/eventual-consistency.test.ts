import { expect, test } from '@jest/globals'
import { runPhases } from '../../src/phases/phase.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
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

test('an outage that lasts is told in words, with what to do', async () => {
  const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
  world.faults.inject({ name: 'error-before:DescribeSubnets', count: 100 })
  await expect(runPhases([provisionNodes], context)).rejects.toMatchObject({
    name: 'UserError',
    message: 'AWS did not carry out DescribeSubnets: An internal error has occurred',
    hint: expect.stringContaining('run the action again'),
  })
}, 30_000)
