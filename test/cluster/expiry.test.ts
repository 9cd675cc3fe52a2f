import { expect, test } from '@jest/globals'
import { clustersIn, fateOf, GRACE_MS } from '../../src/cluster/expiry.ts'

const of = (cluster: string, tags: Record<string, string>, takesTags = true) => ({
  tags: {
    'rke2-action:cluster': cluster,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`rke2-action:${key}`, value])),
  },
  takesTags,
})

const now = Date.parse('2026-01-02T00:00:00Z')
const iso = (milliseconds: number) => new Date(milliseconds).toISOString()
const past = iso(now - 1)
const future = iso(now + 1)

test('resources without a cluster tag are nobody’s', () => {
  const found = clustersIn([of('b', {}), of('a', {}), of('b', {}), { tags: { Name: 'x' }, takesTags: true }])
  expect(found.map(({ name, resources }) => `${name} ${resources}`)).toEqual(['a 1', 'b 2'])
})

test.each([
  ['past', [{ 'expires-at': past }], 'remove'],
  ['to come', [{ 'expires-at': future }], 'keep'],
  ['of the last resource', [{ 'expires-at': past }, { 'expires-at': future }], 'keep'],
  ['of one resource only', [{}, { 'expires-at': past }], 'remove'],
  ['nowhere', [{}, {}], 'mark'],
  ['unreadable', [{ 'expires-at': 'soon' }], 'mark'],
  ['nowhere, marked now', [{ 'marked-at': past }], 'keep'],
  ['nowhere, marked long ago', [{ 'marked-at': iso(now - GRACE_MS) }], 'remove'],
  ['nowhere, marked but for one', [{ 'marked-at': iso(now - GRACE_MS) }, {}], 'mark'],
  ['nowhere, mark unreadable', [{ 'marked-at': 'x' }], 'mark'],
  ['to come, marked long ago', [{ 'expires-at': future, 'marked-at': iso(0) }], 'keep'],
  ['past, held', [{ 'expires-at': past }, { 'hold-until': future }], 'keep'],
  ['past, held until then', [{ 'expires-at': past, 'hold-until': past }], 'remove'],
  ['past, hold unreadable', [{ 'expires-at': past, 'hold-until': 'ever' }], 'keep'],
])('a cluster whose time is %s', (_, resources, fate) => {
  const [cluster] = clustersIn(resources.map((tags) => of('c', tags)))
  if (!cluster) throw new Error('no cluster')
  expect(fateOf(cluster, now).fate).toBe(fate)
})

test('what can’t carry a mark doesn’t count against it, and is no mark itself', () => {
  const [marked] = clustersIn([of('c', { 'marked-at': iso(0) }), of('c', {}, false)])
  const [alone] = clustersIn([of('c', {}, false)])
  expect(marked && fateOf(marked, now).fate).toBe('remove')
  expect(alone && fateOf(alone, now).fate).toBe('mark')
})
