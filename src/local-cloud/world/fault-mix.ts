import type { CallFault } from './fault.ts'
import { randomOf } from './random.ts'

/** Calls of one operation are looked at eight at a time. */
const WINDOW = 8
/** So many windows hold a burst: AWS's throttles and outages come in runs. */
const BURSTS = 0.75
/** Any SDK outlasts three in a row with some patience. */
const LONGEST_BURST = 3
/** So many windows are struck whole, which no SDK outlasts: an outage. */
const OUTAGES = 0.005

/**
 * The fault that a seed has for the nth call (from 0) of an operation, out of those that can strike it. Each operation has a
 * row of its own, so that calls which overtake one another don't change what strikes whom.
 */
export function mixedFault(
  seed: number,
  { operation, nth }: { operation: string; nth: number },
  possible: readonly CallFault[],
): CallFault | undefined {
  const { from, to } = struckIn(`${seed} ${operation} ${Math.floor(nth / WINDOW)}`)
  if (nth % WINDOW < from || nth % WINDOW >= to) return undefined
  const random = randomOf(`${seed} ${operation} call ${nth}`)
  return possible[Math.floor(random() * possible.length)]
}

/** Which calls of a window are struck. A burst leaves the last one alone, so that two never meet. */
function struckIn(key: string): { from: number; to: number } {
  const random = randomOf(key)
  const drawn = random()
  if (drawn < OUTAGES) return { from: 0, to: WINDOW }
  if (drawn > OUTAGES + BURSTS) return { from: 0, to: 0 }
  const length = 1 + Math.floor(random() * LONGEST_BURST)
  const from = Math.floor(random() * (WINDOW - length))
  return { from, to: from + length }
}
