import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { inputs } from '../../src/cluster/inputs.ts'
import { describeError } from '../../src/kit/errors.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { recordedCluster } from './recorded-cluster.ts'

async function provisioned(settings: Record<string, unknown>, faults: Record<string, number>) {
  const wanted = Object.keys(settings) as (keyof typeof inputs)[]
  const parsed = Object.fromEntries(wanted.map((name) => [name, z.parse(inputs[name], settings[name])]))
  const cluster = await recordedCluster(parsed)
  for (const [name, count] of Object.entries(faults)) cluster.world.faults.inject({ name, count })
  return { ...cluster, run: runPhases([provisionNodes], cluster.context) }
}

const standing = async (context: Context) => {
  const { servers, agents } = await context.nodes()
  return [...servers, ...agents].map(({ name, zone, instanceType }) =>
    `${name} ${zone.at(-1)} ${instanceType}`.replace('pr-42-', ''),
  )
}

test('a server without room takes the next type in its zone, and each step is said', async () => {
  const { context, lines, run } = await provisioned(
    { agents: 0, 'server-instance-type': 't3.large, m6i.large' },
    { 'capacity:eu-west-1a/t3.large': 1 },
  )
  await run
  expect(await standing(context)).toEqual([
    'server-1 a m6i.large',
    'server-2 b t3.large',
    'server-3 c t3.large',
  ])
  expect(lines.join('\n')).toContain(
    'no room for pr-42-server-1: t3.large in eu-west-1a (InsufficientInstanceCapacity); trying m6i.large in eu-west-1a',
  )
  expect(lines.join('\n')).toContain('pr-42-server-1 in eu-west-1a (m6i.large)')
}, 90_000)

test('a server that finds no room in its zone remembers it for the verdict', async () => {
  const { context, run } = await provisioned({ agents: 0 }, { 'capacity:eu-west-1a/t3.large': 1 })
  await run
  const [first] = (await context.nodes()).servers
  expect(first).toMatchObject({ zone: 'eu-west-1b', plannedZone: 'eu-west-1a' })
}, 90_000)

test('spot agents: zones, types, then on-demand, and on-demand pays for what spot has not', async () => {
  const spot = ['a', 'b', 'c'].map((zone) => [`spot-capacity:eu-west-1${zone}/t3.large`, 9])
  const { context, world, lines, run } = await provisioned(
    { servers: 1, agents: 1, 'agent-capacity-type': 'spot', 'agent-instance-type': 't3.large,m6i.large' },
    { ...Object.fromEntries(spot), 'spot-capacity:eu-west-1a/m6i.large': 1 },
  )
  await run
  expect(await standing(context)).toEqual(['server-1 a t3.large', 'agent-1 b m6i.large'])
  const [server, agent] = ['server', 'agent'].map((role) =>
    [...world.instances.values()].find(({ id }) => world.tags.get(id)?.['rke2-action:role'] === role),
  )
  expect([server?.spotRequestId, agent?.spotRequestId]).toEqual([undefined, expect.stringMatching(/^sir-/)])
  expect(lines.filter((line) => line.includes('no room'))).toHaveLength(4)
}, 90_000)

test('room for some of a group is used, the rest goes elsewhere', async () => {
  const { context, run } = await provisioned({ servers: 1, agents: 9 }, { 'room:eu-west-1b/t3.large': 1 })
  await run
  const { agents } = await context.nodes()
  expect(agents.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(new Set(agents.map(({ instanceId }) => instanceId)).size).toBe(9)
  expect(agents.filter(({ zone }) => zone === 'eu-west-1b')).toHaveLength(1)
  expect(agents.filter(({ zone }) => zone === 'eu-west-1a')).toHaveLength(5)
}, 90_000)

test.each([
  ['a quota', 'vcpu-quota', /EC2 refuses to launch pr-42-server-1, t3\.large in eu-west-1a: .*vCPU/],
  [
    'no room anywhere',
    'capacity:eu-west-1a/t3.large',
    /no zone has room for pr-42-server-1: t3\.large in eu-west-1a \(Insuff.*eu-west-1b .*eu-west-1c /,
  ],
])(
  '%s ends the attempt',
  async (_, fault, words) => {
    const other = ['b', 'c'].map((zone) => [`capacity:eu-west-1${zone}/t3.large`, 1])
    const faults = fault === 'vcpu-quota' ? { [fault]: 1 } : { [fault]: 1, ...Object.fromEntries(other) }
    const { lines, run } = await provisioned({ servers: 1, agents: 0 }, faults)
    await expect(run).rejects.toThrow(words)
    expect(lines.filter((line) => line.includes('trying'))).toHaveLength(Object.keys(faults).length - 1)
  },
  90_000,
)

test.each([
  ['Client.InternalError', /→ .*KMS key .*kms:CreateGrant/],
  ['Client.VolumeLimitExceeded', /→ .*Service Quotas \(ebs, L-7A658B76\)/],
  ['Server.InsufficientInstanceCapacity', /→ AWS had no room .*run the action again, or name more/],
])(
  'a machine that dies at its launch ends the attempt at once, with its reason: %s',
  async (code, hint) => {
    const { contextOf, run } = await provisioned({ servers: 1, agents: 1 }, { [`dies-at-launch:${code}`]: 1 })
    const told = describeError(await run.catch((error: unknown) => error))
    expect(told).toMatch(new RegExp(`^pr-42-(server|agent)-1 \\(i-\\w+\\) died at its launch: ${code}: `))
    expect(told).toMatch(hint)
    // What is mended then is seen by the next run, which takes the dead one for nothing.
    const next = contextOf()
    await runPhases([provisionNodes], next)
    expect(await standing(next)).toHaveLength(2)
  },
  90_000,
)

test('groups: machines of two architectures, with labels, found again by a second run', async () => {
  const { context, calls, contextOf, run } = await provisioned(
    {
      servers: 1,
      'node-groups': [
        { name: 'arm', count: 2, 'instance-type': 'm7g.large', architecture: 'arm64' },
        {
          name: 'batch',
          count: 1,
          'capacity-type': 'spot',
          labels: 'pool=batch',
          taints: 'batch=true:NoSchedule',
        },
      ],
    },
    {},
  )
  await run
  expect(await standing(context)).toEqual([
    'server-1 a t3.large',
    'agent-1 a m7g.large',
    'agent-2 b m7g.large',
    'agent-3 a t3.large',
  ])
  expect((await context.nodes()).agents.map(({ group }) => group)).toEqual(['arm', 'arm', 'batch'])
  const launches = calls.get('RunInstances')
  await runPhases([provisionNodes], contextOf())
  expect(calls.get('RunInstances')).toBe(launches)
}, 90_000)

test('every type that cannot be had is told before anything is created', async () => {
  const { calls, run } = await provisioned(
    {
      'server-instance-type': 'z9.large, t4g.large, m6i.large',
      'node-groups': [
        { name: 'mixed', count: 1, 'instance-type': 't3.large,t4g.large' },
        { name: 'arm', count: 1, 'instance-type': 'm6i.large', architecture: 'arm64' },
      ],
    },
    {},
  )
  const failure = await run.catch((error: unknown) => error as AggregateError)
  const told = (failure as AggregateError).errors.map(({ message }) => message).join('\n')
  expect(told).toMatch(/server-instance-type: instance type z9\.large does not exist in eu-west-1/)
  expect(told).toMatch(/node-groups: mixed: t3\.large is amd64, t4g\.large is arm64: one list/)
  expect(told).toMatch(/node-groups: arm: m6i\.large is amd64, and architecture says arm64/)
  expect([...calls.keys()].filter((call) => /^(Create|Run|Authorize)/.test(call))).toEqual([])
}, 90_000)
