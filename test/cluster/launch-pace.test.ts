import { expect, test } from '@jest/globals'
import { launchPace } from '../../src/cluster/launch-pace.ts'

test.each([
  ['five launches begin at once', [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]],
  ['each one more half a second later', [1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0.5, 1]],
  ['a thousand machines begin at once', [1, 1, 1, 997], [0, 0, 0, 0]],
  ['three more wait for three tokens', [1, 1, 1, 334, 333, 333], [0, 0, 0, 0, 0, 1.5]],
  ['none is none', [], []],
])('%s', (_, counts, seconds) => {
  expect(launchPace(counts)).toEqual(seconds)
})
