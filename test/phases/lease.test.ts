import { expect, test } from '@jest/globals'
import { readLeases } from '../../src/aws/leases.ts'
import { RENEW_SECONDS } from '../../src/cluster/lease.ts'
import { type Clock, systemClock } from '../../src/kit/clock.ts'
import { describeError } from '../../src/kit/errors.ts'
import { AwsFault } from '../../src/local-cloud/wire/service.ts'
import type { LeaseContext } from '../../src/phases/lease/take-lease.ts'
import { releaseLeases, type WorkWish, withLease } from '../../src/phases/lease/with-lease.ts'
import { around } from './around.ts'
import { recordedCluster } from './recorded-cluster.ts'

const WISH: WorkWish = { onBusy: 'fail', timeout: 20, idleSeconds: 600 }
const run = (id: string) => ({ id, repository: 'acme/shop' })

async function room() {
  const { context, world, lines } = await recordedCluster()
  const { aws, log, signal } = context
  const as = (id: string, clock: Clock = systemClock): LeaseContext => ({
    ...{ cluster: 'pr-42', aws, log, signal, clock, run: run(id) },
  })
  const states = async () =>
    (await readLeases(aws.ssm, 'pr-42')).map(({ number, text }) => `${number} ${text.run} ${text.state}`)
  return { as, states, world, lines }
}

const failure = (work: Promise<unknown>) => work.then(() => 'it succeeded', describeError)
const nothing = async () => {}

test('while a run works, and between its steps, another learns who holds the cluster and stops', async () => {
  const { as, states } = await room()
  let inside = ''
  await withLease(as('42-1'), WISH, async () => {
    inside = await failure(withLease(as('43-1'), WISH, nothing))
  })
  expect(inside).toMatch(
    /^pr-42 is taken: https:.*\/acme\/shop\/actions\/runs\/42\/attempts\/1 works on it since 20/,
  )
  expect(inside).toMatch(/on-busy: wait.*lapses at 20.*delete the parameter \/rke2-action\/lease\.pr-42\/1/)
  expect(await failure(withLease(as('43-1'), WISH, nothing))).toContain('between two of its steps')
  expect(await states()).toEqual(['1 42-1 idle'])
}, 60_000)

test('the next step of the same run goes on, and the end of the job gives the cluster back', async () => {
  const { as, states } = await room()
  await withLease(as('42-1'), WISH, nothing)
  await withLease(as('42-1'), WISH, nothing)
  expect(await states()).toEqual(['2 42-1 idle'])
  await releaseLeases(as('43-1'))
  expect(await states()).toEqual(['2 42-1 idle'])
  await releaseLeases(as('42-1'))
  expect(await states()).toEqual([])
  await withLease(as('43-1'), { ...WISH, idleSeconds: 0 }, nothing)
  expect(await states()).toEqual([])
}, 60_000)

test('work that fails gives back too, and its own error is the one to tell', async () => {
  const { as, states } = await room()
  const failed = withLease(as('42-1'), WISH, () => Promise.reject(new Error('the work failed')))
  await expect(failed).rejects.toThrow('the work failed')
  expect(await states()).toEqual(['1 42-1 idle'])
}, 60_000)

test('on-busy: wait begins when the other run has ended', async () => {
  const { as, lines } = await room()
  const order: string[] = []
  let waiting: Promise<void> | undefined
  await withLease(as('42-1'), { ...WISH, idleSeconds: 0 }, async () => {
    waiting = withLease(as('43-1'), { ...WISH, onBusy: 'wait' }, async () => void order.push('second'))
    while (!lines.some((line) => line.includes('pr-42 to be free'))) await systemClock.sleep(20)
    order.push('first')
  })
  await waiting
  expect(order).toEqual(['first', 'second'])
  expect(lines.join('\n')).toMatch(/… pr-42 to be free: .*runs\/42\/attempts\/1 works on it/)
}, 60_000)

test('of two that come at once one gets it', async () => {
  const { as } = await room()
  const all = ['42-1', '43-1', '44-1'].map((id) =>
    failure(withLease(as(id), WISH, () => systemClock.sleep(500))),
  )
  const ends = await Promise.all(all)
  expect(ends.filter((end) => end === 'it succeeded')).toHaveLength(1)
  expect(ends.filter((end) => end.startsWith('pr-42 is taken'))).toHaveLength(2)
}, 60_000)

test('a run that died is taken over once its lease lapses; if it lives after all, its work ends', async () => {
  const { as, states, world } = await room()
  // Stands still for ten minutes, as a machine that is suspended does, then tries to renew.
  let wake = () => {}
  const asleep = new Promise<void>((resolve) => {
    wake = resolve
  })
  const suspended: Clock = {
    ...systemClock,
    sleep: (milliseconds, signal) =>
      milliseconds === RENEW_SECONDS * 1000 ? asleep : systemClock.sleep(milliseconds, signal),
  }
  const first = withLease(as('42-1', suspended), WISH, async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    signal.throwIfAborted()
  })
  while (!(await states()).length) await systemClock.sleep(20)
  for (const parameter of world.parameters.values()) parameter.modifiedAt -= 600_000
  await withLease(as('43-1'), WISH, async () => {
    wake()
    expect(await failure(first)).toMatch(/silent too long, and pr-42 was taken over: .*runs\/43\/attempts\/1/)
  })
  expect(await states()).toEqual(['2 43-1 idle'])
}, 60_000)

test('a lease that somebody else wrote is an error that names it', async () => {
  const { as, world } = await room()
  await withLease(as('42-1'), WISH, nothing)
  for (const parameter of world.parameters.values()) parameter.value = 'mine'
  expect(await failure(withLease(as('43-1'), WISH, nothing))).toMatch(
    /^the parameter \/rke2-action\/lease\.pr-42\/1 should say who works/,
  )
}, 60_000)

test('a lease whose making was not answered is not taken for another run’s', async () => {
  const { as, states, world } = await room()
  world.faults.inject({ name: 'lose-answer:PutParameter', count: 1 })
  await withLease(as('42-1'), WISH, nothing)
  expect(world.faults.pending()).toEqual([])
  expect(await states()).toEqual(['2 42-1 idle'])
}, 60_000)

test.each(['GetParametersByPath', 'PutParameter', 'DeleteParameters'])(
  'an outage of %s that the SDK does not outlast keeps nobody from a cluster that is free',
  async (operation) => {
    const { as, states, world } = await room()
    // What a run that died has left is deleted by the one that takes over.
    await withLease(as('42-1'), WISH, nothing)
    world.faults.inject({ name: `error-before:${operation}`, count: 8 })
    await withLease(as('42-1'), WISH, nothing)
    expect(world.faults.pending()).toEqual([])
    expect(await states()).toEqual([expect.stringMatching(/^[23] 42-1 idle$/)])
  },
  60_000,
)

test('a name that was deleted and can’t be made again yet is waited for, with pauses', async () => {
  let refusals = 5
  const { context } = await recordedCluster({}, (_, handlers) =>
    around(handlers, (_, { operation }) => {
      if (operation === 'PutParameter' && refusals-- > 0)
        throw new AwsFault('ParameterAlreadyExists', 'The parameter already exists.')
    }),
  )
  const { aws, log, signal } = context
  const started = systemClock.now()
  await withLease(
    { cluster: 'pr-42', aws, log, signal, clock: systemClock, run: run('42-1') },
    { ...WISH, timeout: 0 },
    nothing,
  )
  // Five pauses from 0.2 s on.
  expect(systemClock.now() - started).toBeGreaterThan(1_000)
}, 60_000)
