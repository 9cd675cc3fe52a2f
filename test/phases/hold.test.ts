import { expect, test } from '@jest/globals'
import { timeTag } from '../../src/cluster/tags.ts'
import { BY_HAND } from '../../src/github/run-identity.ts'
import { AwsFault } from '../../src/local-cloud/wire/service.ts'
import type { World } from '../../src/local-cloud/world/world.ts'
import type { Context } from '../../src/phases/context.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { teardownUnlessKept } from '../../src/phases/teardown-unless-kept.ts'
import { stampAndTellWhatIsUp } from '../../src/runs/after-cancel.ts'
import { withHold } from '../../src/runs/hold-on-failure.ts'
import { recordedCluster } from './recorded-cluster.ts'

const fails = () => Promise.reject(new Error('the work failed'))

/** The different times that things of the cluster carry. A listener's counts for nothing: it goes with its balancer. */
const times = ({ tags }: World) => [
  ...new Set(
    [...tags]
      .filter(([id]) => !id.includes(':listener/'))
      .flatMap(([, { 'rke2-action:expires-at': time }]) => (time ? [time] : [])),
  ),
]

async function provisioned(more: Record<string, unknown>) {
  const room = await recordedCluster({ servers: 1, agents: 1, ttl: 60, ...more })
  const moved: string[] = []
  room.machines.answers['move-expiry'] = (command) => {
    moved.push(command.instanceId)
    return { exitCode: 0, stdout: '{"moved":true}\n' }
  }
  await provisionNodes.run(room.context)
  return { ...room, moved }
}

test('a failure keeps the cluster when asked to: every tag and every timer moves, and the way in is printed', async () => {
  const { context, world, lines, moved } = await provisioned({ 'hold-on-failure': 7200 })
  const wanted = Date.now() + 7200_000
  await expect(withHold(context, fails)).rejects.toThrow('the work failed')
  const [until = '', ...others] = times(world)
  expect(others).toEqual([])
  expect(Date.parse(until)).toBeGreaterThanOrEqual(wanted)
  const ids = [...world.instances.keys()]
  expect(new Set(moved)).toEqual(new Set(ids))
  for (const id of ids)
    expect(lines.join('\n')).toContain(`aws ssm start-session --target ${id} --region eu-west-1  # pr-42-`)
  expect(lines.join('\n')).toContain(`pr-42 is kept until ${until}`)
}, 60_000)

test.each<[string, Record<string, unknown>, (context: Context) => Context]>([
  ['without hold-on-failure', {}, (context) => context],
  ['cancelled', { 'hold-on-failure': 7200 }, (context) => ({ ...context, signal: AbortSignal.abort() })],
])(
  'a failure %s moves nothing',
  async (_, settings, as) => {
    const { context, world, moved } = await provisioned(settings)
    const before = times(world)
    await expect(withHold(as(context), fails)).rejects.toThrow('the work failed')
    expect([times(world), moved]).toEqual([before, []])
  },
  60_000,
)

test('a time that is later anyway stays', async () => {
  const { context, world, lines, moved } = await provisioned({ ttl: 9000, 'hold-on-failure': 7200 })
  const before = times(world)
  await expect(withHold(context, fails)).rejects.toThrow('the work failed')
  expect([times(world), moved]).toEqual([before, []])
  expect(lines.join('\n')).toContain('aws ssm start-session --target i-')
}, 60_000)

test('a machine that does not answer is named, and keeps nothing else', async () => {
  const { context, lines, machines } = await provisioned({ 'hold-on-failure': 7200 })
  machines.answers['move-expiry'] = () => ({ exitCode: 1, stdout: 'no space left on device' })
  await expect(withHold(context, fails)).rejects.toThrow('the work failed')
  expect(lines.join('\n')).toContain(
    'pr-42-server-1, pr-42-agent-1 did not answer: they stop themselves at the time set before',
  )
}, 60_000)

test('after a cancel all that is up has one time, and is told', async () => {
  const { context, world, lines } = await provisioned({})
  const [until = ''] = times(world)
  const [group] = [...world.securityGroups.values()].filter(({ name }) => name === 'pr-42-nodes')
  world.tags.set(group?.id ?? '', {
    ...world.tags.get(group?.id ?? ''),
    'rke2-action:expires-at': timeTag(Date.now() - 1000),
  })
  const summaries: string[] = []
  await stampAndTellWhatIsUp(context, { summary: async (text) => void summaries.push(text) })
  expect(times(world)).toEqual([until])
  expect(lines.join('\n')).toContain(`are up, and cost until ${until}: 2 instances, 1 load balancers`)
  expect(summaries).toHaveLength(1)
}, 60_000)

test('after a cancel with nothing up nothing is warned of', async () => {
  const { context, lines } = await recordedCluster()
  await stampAndTellWhatIsUp(context, { summary: () => Promise.reject(new Error('no summary')) })
  expect(lines.join('\n')).toMatch(/info .*nothing of pr-42 is up/)
})

test('a hold keeps the cluster from this run’s own teardown, and from no other', async () => {
  const { context, lines } = await provisioned({ 'hold-on-failure': 7200 })
  const { aws, clock, log, signal } = context
  const as = (id: string) => ({
    ...{ cluster: 'pr-42', aws, clock, log, signal, timeout: 20, onlyOwn: false },
    run: { id, repository: 'acme/shop' },
  })
  await expect(withHold({ ...context, run: as('42-1').run }, fails)).rejects.toThrow('the work failed')
  const kept = await teardownUnlessKept(as('42-1'))
  expect(kept.residue['instances']).toHaveLength(2)
  expect(lines.join('\n')).toMatch(
    /notice .*pr-42 stays: hold-on-failure of this run keeps it from this teardown until 20.*It costs until 20/,
  )
  const { residue } = await teardownUnlessKept(as('42-2'))
  expect(residue['instances']).toEqual([])
}, 60_000)

test('a hold lasts as long as it was asked for, not as long as the cluster’s ttl', async () => {
  const { context, lines } = await provisioned({ ttl: 7200, 'hold-on-failure': 3600 })
  const run = { id: '42-1', repository: 'acme/shop' }
  await expect(withHold({ ...context, run }, fails)).rejects.toThrow('the work failed')
  const { aws, log, signal } = context
  const clock = { ...context.clock, now: () => Date.now() + 3700_000 }
  const late = { ...{ cluster: 'pr-42', aws, clock, log, signal, timeout: 20, onlyOwn: false }, run }
  expect((await teardownUnlessKept(late)).residue['instances']).toEqual([])
  expect(lines.join('\n')).not.toContain('keeps it from this teardown')
}, 60_000)

test.each([
  ['of the same run', '42-1', 0],
  ['of another run', '43-1', 2],
])(
  'a later step %s that succeeds (%s): of two machines held stay %s',
  async (_, id, left) => {
    const { context } = await provisioned({ 'hold-on-failure': 7200 })
    const runOf = (id: string) => ({ id, repository: 'acme/shop' })
    await expect(withHold({ ...context, run: runOf('42-1') }, fails)).rejects.toThrow('the work failed')
    await withHold({ ...context, run: runOf(id) }, async () => {})
    const { aws, clock, log, signal } = context
    const own = { cluster: 'pr-42', aws, clock, log, signal, timeout: 20, onlyOwn: false }
    const { residue } = await teardownUnlessKept({ ...own, run: runOf('42-1') })
    expect(residue['instances']).toHaveLength(left)
  },
  60_000,
)

test('a success without an earlier hold tags nothing', async () => {
  const { context, calls } = await provisioned({ 'hold-on-failure': 7200 })
  calls.clear()
  await withHold(context, async () => {})
  expect([...calls.keys()].filter((name) => !name.includes('Describe'))).toEqual([])
}, 60_000)

test('a service that can’t be asked for a hold keeps no machine from going, and is told', async () => {
  const { context, world, lines, refuse } = await provisioned({ 'hold-on-failure': 7200 })
  const { aws, clock, log, signal } = context
  const as = (id: string) => ({
    ...{ cluster: 'pr-42', aws, clock, log, signal, timeout: 20, onlyOwn: false },
    run: { id, repository: 'acme/shop' },
  })
  await expect(withHold({ ...context, run: as('42-1').run }, fails)).rejects.toThrow('the work failed')
  refuse(
    'DescribeActivations',
    () => new AwsFault('AccessDeniedException', 'not authorized to DescribeActivations'),
  )
  expect((await teardownUnlessKept(as('42-1'))).residue['instances']).toHaveLength(2)
  expect(lines.join('\n')).toMatch(/notice .*pr-42 stays: hold-on-failure/)
  await expect(teardownUnlessKept(as('42-2'))).rejects.toThrow()
  const states = [...world.instances.values()].map(({ state }) => state)
  expect(states.filter((state) => state !== 'terminated')).toEqual([])
}, 60_000)

test.each([
  [BY_HAND, false],
  ['42-1', true],
])('a teardown of run %s looks for a hold first: %s', async (id, looks) => {
  const { context, calls } = await recordedCluster()
  const { aws, clock, log, signal } = context
  const own = { cluster: 'pr-42', aws, clock, log, signal, timeout: 20, onlyOwn: false }
  const callsOf = async (work: Promise<unknown>) => {
    calls.clear()
    await work
    return [...calls.values()].reduce((all, one) => all + one, 0)
  }
  const bare = await callsOf(teardown(own))
  const asked = await callsOf(teardownUnlessKept({ ...own, run: { id, repository: 'none' } }))
  expect(asked > bare).toBe(looks)
})

test('a cluster whose time is over, and that is taken up again, gets its time anew', async () => {
  const { contextOf, world, lines, moved } = await provisioned({})
  for (const [id, tags] of world.tags)
    if (tags['rke2-action:expires-at'])
      world.tags.set(id, { ...tags, 'rke2-action:expires-at': '2026-01-01T00:00:00Z' })
  const wanted = Date.now() + 5000 * 1000
  await provisionNodes.run(contextOf({ ttl: 5000 }))
  const [until = '', ...others] = times(world)
  expect(others).toEqual([])
  expect(Date.parse(until)).toBeGreaterThanOrEqual(wanted)
  expect(moved).toHaveLength(2)
  expect(lines.join('\n')).toContain(`pr-42 was over at 2026-01-01T00:00:00Z; it is kept until ${until}`)
}, 60_000)
