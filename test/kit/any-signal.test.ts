import { expect, test } from '@jest/globals'
import { anySignal } from '../../src/kit/any-signal.ts'

test('it is aborted by any of them, with the reason of that one', () => {
  const [one, other] = [new AbortController(), new AbortController()]
  const signal = anySignal(one.signal, other.signal)
  expect(signal.aborted).toBe(false)
  other.abort('cancelled')
  expect(signal).toMatchObject({ aborted: true, reason: 'cancelled' })
})

test('a thousand agents wait on it in twenty batches, and Node warns of no leak', () => {
  const signal = anySignal(new AbortController().signal)
  // events.getMaxListeners doesn't know the AbortSignal of jest's own world.
  const limit = Object.getOwnPropertySymbols(signal).find(({ description }) =>
    description?.endsWith('maxEventTargetListeners'),
  )
  expect(signal[limit as never]).toBe(0)
})
