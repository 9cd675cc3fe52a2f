import { expect, test } from '@jest/globals'
import { type CallPace, launchDelays, nextCall } from '../../src/cluster/launch-pace.ts'

test.each([
  ['a thousand machines are launched at once', [1, 1, 1, 997], [0, 0, 0, 0]],
  ['three more wait for three tokens', [1, 1, 1, 334, 333, 333], [0, 0, 0, 0, 0, 1.875]],
  ['none is none', [], []],
])('%s', (_, counts, seconds) => {
  expect(launchDelays(counts)).toEqual(seconds)
})

/** When each of a row of calls, wanted at these seconds, may be made. */
function madeAt(wanted: readonly number[]): number[] {
  let pace: CallPace | undefined
  return wanted.map((at) => {
    const next = nextCall(pace, at)
    pace = next.pace
    return at + next.wait
  })
}

test.each([
  ['five calls are made at once, each one more later', [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0.625, 1.25]],
  [
    'calls that come later find the bucket refilled',
    [0, 0, 0, 0, 0, 0.5, 0.5, 10],
    [0, 0, 0, 0, 0, 0.625, 1.25, 10],
  ],
])('%s', (_, wanted, made) => {
  expect(madeAt(wanted)).toEqual(made)
})
