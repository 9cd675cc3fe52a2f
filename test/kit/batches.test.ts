import { expect, test } from '@jest/globals'
import { batches } from '../../src/kit/batches.ts'

test.each([
  [0, []],
  [1, [1]],
  [50, [50]],
  [51, [50, 1]],
  [120, [50, 50, 20]],
])('%d items go in batches of at most 50', (count, sizes) => {
  expect(batches(Array.from({ length: count }), 50).map((batch) => batch.length)).toEqual(sizes)
})

test('in their order', () => {
  expect(batches(['a', 'b', 'c'], 2)).toEqual([['a', 'b'], ['c']])
})
