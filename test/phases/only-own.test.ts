import { expect, test } from '@jest/globals'
import { names } from '../../src/cluster/names.ts'
import { AwsFault } from '../../src/local-cloud/wire/service.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { teardownUnlessKept } from '../../src/phases/teardown-unless-kept.ts'
import { recordedCluster } from './recorded-cluster.ts'

const runOf = (id: string) => ({ id, repository: 'acme/shop' })

/** A cluster that run 501 made; and what the job after a run comes to. */
async function room() {
  const cluster = await recordedCluster({ servers: 1, agents: 0 })
  const { context, contextOf, world } = cluster
  const { aws, clock, log, signal } = context
  const provision = (id: string, more: Record<string, unknown> = {}) =>
    provisionNodes.run({ ...contextOf(more), run: runOf(id) })
  const tearDown = (id: string, onlyOwn = true) =>
    teardownUnlessKept({
      ...{ cluster: 'pr-42', aws, clock, log, signal, timeout: 20, onlyOwn },
      run: runOf(id),
    })
  const alive = () => [...world.instances.values()].filter(({ state }) => state === 'running').length
  await provision('501-1')
  return { ...cluster, provision, tearDown, alive }
}

test('a run that did not begin leaves another run’s cluster alone, and says whose it is', async () => {
  const { tearDown, alive, lines } = await room()
  const { residue, removed } = await tearDown('503-1')
  expect([alive(), residue['instances']?.length, removed]).toEqual([1, 1, {}])
  expect(lines.join('\n')).toMatch(
    /notice .*pr-42 stays: it is of https:.*\/acme\/shop\/actions\/runs\/501\/attempts\/1, and this run made nothing of it\. A teardown without only-own takes it away now, a sweep after 20/,
  )
}, 60_000)

test.each([
  ['the same run', '501-1', true],
  ['its jobs run again', '501-2', true],
  ['another run that asks for all', '503-1', false],
])(
  '%s takes it away',
  async (_, id, onlyOwn) => {
    const { tearDown, alive } = await room()
    expect((await tearDown(id, onlyOwn)).residue['instances']).toEqual([])
    expect(alive()).toBe(0)
  },
  60_000,
)

test('a run that took it over takes away what it made and what it found', async () => {
  const { provision, tearDown, alive } = await room()
  await provision('503-1', { servers: 3 })
  expect(alive()).toBe(3)
  await tearDown('504-1')
  expect(alive()).toBe(3)
  await tearDown('503-2')
  expect(alive()).toBe(0)
}, 60_000)

test('a run that took over what has no join token yet takes it away too', async () => {
  const { world, provision, tearDown, alive } = await room()
  world.parameters.delete(names.token('pr-42'))
  await provision('503-1')
  await tearDown('503-1')
  expect(alive()).toBe(0)
}, 60_000)

test('while a service does not say whose its things are, another run’s cluster stays, and the step is red', async () => {
  const { tearDown, alive, refuse } = await room()
  refuse('DescribeParameters', () => new AwsFault('AccessDeniedException', 'not authorized'))
  await expect(tearDown('503-1')).rejects.toThrow('could not look for parameters of pr-42')
  expect(alive()).toBe(1)
}, 60_000)
