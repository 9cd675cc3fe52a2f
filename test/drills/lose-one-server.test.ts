import { expect, test } from '@jest/globals'
import type { World } from '../../src/checks/world.ts'
import { loseOneServer } from '../../src/drills/lose-one-server.ts'
import { UserError } from '../../src/kit/errors.ts'
import { aCluster, aNode } from '../checks/a-cluster.ts'
import { aWorld, type Reply, sound } from '../checks/a-world.ts'

/** A world whose server 1 can be switched off, in which the others then elect server 2. */
function switchable(reply: Reply = sound, more: Partial<World> = {}) {
  const power: { on: boolean; cut: number; restored: number } = { on: true, cut: 0, restored: 0 }
  const world = aWorld(
    (script, node) => {
      const told = reply(script, node)
      if (power.on || script.name !== 'check-server' || told instanceof Error) return told
      const probe = told as { etcd: { isLeader: boolean } }
      return { ...probe, etcd: { ...probe.etcd, isLeader: node.name === 'pr-42-server-2' } }
    },
    {
      nodes: async () => ({
        ...aCluster(3, 3),
        servers: [
          aNode('server', 1, { state: power.on ? 'running' : 'stopped' }),
          aNode('server', 2),
          aNode('server', 3),
        ],
      }),
      cutPower: async () => {
        power.on = false
        power.cut++
      },
      restorePower: async () => {
        power.on = true
        power.restored++
      },
      ...more,
    },
  )
  return { world, power }
}

const figureOf = (verdict: Awaited<ReturnType<typeof loseOneServer.run>>, name: string) =>
  verdict.figures?.find((figure) => figure.name === name)?.value

test('the leader’s server is cut off, measured and brought back', async () => {
  const { world, power } = switchable()
  const verdict = await loseOneServer.run(world, 20)
  expect(verdict).toMatchObject({
    status: 'pass',
    detail: expect.stringMatching(/^pr-42-server-1 lost its power: writes stopped for 6.0 s \(limit 20 s\)/),
    evidence: [
      'etcd leader before: pr-42-server-1, after: pr-42-server-2',
      '2 of 3 voters healthy without it, quorum 2',
      expect.anything(),
    ],
  })
  expect(figureOf(verdict, 'longest write gap')).toBe(6_000)
  expect(power).toEqual({ on: true, cut: 1, restored: 1 })
  expect(world.asked.at(-1)).toBe('drill-writer-stop')
})

test('a gap over the limit fails', async () => {
  expect(await loseOneServer.run(switchable().world, 5)).toMatchObject({
    status: 'fail',
    detail: 'writes stopped for 6.0 s, 5 s are allowed',
  })
})

test('writes that never resume fail, and the server is started again', async () => {
  const silent: Reply = (script, node) =>
    script.name === 'drill-writes' && script.settings['SINCE'] !== '0'
      ? { ...(sound(script, node) as object), sinceLastMs: 600_000 }
      : sound(script, node)
  const { world, power } = switchable((script, node) => {
    const told = silent(script, node)
    // The clock of the writer's node is what SINCE is read from.
    return script.name === 'drill-writes' && script.settings['SINCE'] === '0'
      ? { ...(told as object), now: 1 }
      : told
  })
  const verdict = await loseOneServer.run(world, 20)
  expect(verdict).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/writes to resume: not within 120 s/),
  })
  expect(power.restored).toBe(1)
})

test('EC2 that refuses to start what is still stopping is asked again', async () => {
  let refusals = 3
  const { world, power } = switchable(sound)
  const restore = world.restorePower
  world.restorePower = async (id) => {
    if (refusals-- > 0) throw new Error('IncorrectInstanceState')
    await restore(id)
  }
  expect(await loseOneServer.run(world, 20)).toMatchObject({ status: 'pass' })
  expect(power.restored).toBe(1)
})

test('a cancelled drill heals what it broke', async () => {
  const controller = new AbortController()
  const { world, power } = switchable(
    (script, node) => {
      if (script.name === 'drill-writes' && script.settings['SINCE'] === '1')
        controller.abort(new UserError('The run was cancelled (SIGINT).'))
      const told = sound(script, node)
      return script.name === 'drill-writes' ? { ...(told as object), now: 1, sinceLastMs: 600_000 } : told
    },
    { signal: controller.signal },
  )
  await expect(loseOneServer.run(world, 20)).rejects.toThrow(/cancelled/)
  expect(power).toEqual({ on: true, cut: 1, restored: 1 })
})

test('a server that does not come back fails', async () => {
  const { world } = switchable((script, node) => {
    const broken = world.asked.filter((name) => name === 'drill-writes').length > 1
    return broken && script.name === 'check-cluster' ? new Error('refused') : sound(script, node)
  })
  expect(await loseOneServer.run(world, 20)).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/^not whole again after the loss of pr-42-server-1/),
  })
})

test.each([
  ['one server', [aNode('server', 1)], /1 server tolerates no loss/],
  [
    'one is off already',
    [aNode('server', 1), aNode('server', 2), aNode('server', 3, { state: 'stopped' })],
    /only 2 of 3 servers run/,
  ],
])('refused: %s', async (_name, servers, why) => {
  const { world, power } = switchable(sound, { nodes: async () => ({ servers, agents: [] }) })
  expect(await loseOneServer.run(world, 20)).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(why),
  })
  expect(power.cut).toBe(0)
})
