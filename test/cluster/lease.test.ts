import { expect, test } from '@jest/globals'
import { type Lease, type LeaseText, leaseInTheWay } from '../../src/cluster/lease.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const HELD: LeaseText = {
  ...{ run: '42-1', repository: 'acme/shop', since: '2026-11-21T11:00:00.000Z' },
  ...{ state: 'working', seconds: 300, process: 'living' },
}
const lease = (number: number, text: Partial<LeaseText> = {}, ago = 10): Lease => ({
  number,
  text: { ...HELD, ...text },
  writtenAt: NOW - ago * 1000,
})
const ANOTHER = { run: '43-1', repository: 'acme/shop' }
const SAME = { run: '42-1', repository: 'acme/shop' }

test.each<[string, Lease[], { run: string; repository: string }, number | undefined]>([
  ['nobody', [], ANOTHER, undefined],
  ['another run that works', [lease(1)], ANOTHER, 1],
  ['another run between two of its steps', [lease(1, { state: 'idle', seconds: 9000 })], ANOTHER, 1],
  ['a run that was silent for too long', [lease(1, {}, 301)], ANOTHER, undefined],
  ['a run whose process has ended', [lease(1, { process: 'dead' })], ANOTHER, undefined],
  [
    'an idle run, whose process ends with each step',
    [lease(1, { state: 'idle', process: 'dead' })],
    ANOTHER,
    1,
  ],
  ['this run between two of its steps', [lease(1, { state: 'idle' })], SAME, undefined],
  ['another job of this run', [lease(1)], SAME, 1],
  [
    'this very process, whose call was done and not answered',
    [lease(1, { process: 'own' })],
    SAME,
    undefined,
  ],
  ['an earlier attempt of this run', [lease(1)], { ...SAME, run: '42-2' }, undefined],
  [
    'the same number in another repository',
    [lease(1, { state: 'idle' })],
    { ...SAME, repository: 'acme/web' },
    1,
  ],
  ['somebody by hand, idle', [lease(1, { run: 'by hand', state: 'idle' })], ANOTHER, 1],
  ['one that lapsed, and the one that took over', [lease(1, {}, 400), lease(2)], ANOTHER, 2],
])('%s', (_, leases, asker, expected) => {
  const asked = {
    ...asker,
    process: 'own',
    now: NOW,
    mayLive: (process: string) => process !== 'dead',
    ignoreIdle: false,
  }
  expect(leaseInTheWay(leases, asked)?.number).toBe(expected)
})

test('a sweep minds a run that works, and none between two steps', () => {
  const sweep = { ...ANOTHER, process: 'own', now: NOW, mayLive: () => true, ignoreIdle: true }
  expect(leaseInTheWay([lease(1)], sweep)?.number).toBe(1)
  expect(leaseInTheWay([lease(1, { state: 'idle' })], sweep)).toBeUndefined()
})
