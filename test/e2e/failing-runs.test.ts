import { expect, test } from '@jest/globals'
import { cancelAt } from '../../bench/cancel.ts'
import { callsOfChain, crashAt, takenAway } from '../../bench/crash.ts'
import { runWithFaults } from '../../bench/faulty-run.ts'
import { inPool } from '../../bench/pool.ts'
import { startRecordedCloud } from '../../bench/recorded-cloud.ts'
import { layVolume } from '../phases/attachments.ts'
import { dist } from './cloud.ts'

// Spread samples of `npm run bench -- crash`, `cancel` and `faults`, on the committed bundles.

const bench = { dist, start: () => startRecordedCloud() }
const AT_ONCE = 4

test('killed before and after calls all over the chain, another run converges and teardown leaves nothing', async () => {
  const calls = (await callsOfChain(bench)).length
  const cases = [0.1, 0.3, 0.5, 0.8].map((part, at) => ({
    call: Math.ceil(calls * part),
    when: at % 2 ? ('before' as const) : ('after' as const),
  }))
  const outcomes = await inPool(cases, AT_ONCE, (one) => crashAt(bench, one))
  expect(outcomes.flatMap(({ failure }) => failure ?? [])).toEqual([])
  expect(outcomes.map(({ operation }) => operation)).not.toContain('')
}, 120_000)

test('cancelled in the middle, nothing is untagged and teardown leaves nothing', async () => {
  const { seconds, failure } = await cancelAt(bench, { call: 40, first: 'SIGINT' })
  expect(failure).toBeUndefined()
  expect(seconds).toBeLessThan(7.5)
}, 60_000)

test('under mixed faults a run ends green or with its cause, and nothing is left', async () => {
  const runs = await inPool([1, 2, 3], AT_ONCE, (seed) => runWithFaults(dist, seed))
  expect(runs.flatMap(({ failure }) => failure ?? [])).toEqual([])
  expect(runs.flatMap(({ strikes }) => strikes).length).toBeGreaterThan(20)
}, 120_000)

test('what teardown does not take away is seen', async () => {
  const cloud = await startRecordedCloud()
  layVolume(cloud.world, 'vol-0123456789abcdef0', {})
  try {
    expect(await takenAway(dist, cloud)).toContain('left: volume vol-0123456789abcdef0')
  } finally {
    await cloud.stop()
  }
}, 30_000)
