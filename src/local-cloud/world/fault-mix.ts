import type { CallFault } from './fault.ts'
import { randomOf } from './random.ts'

/** One call in ten begins a burst. */
const RATE = 0.1
/** AWS's throttles and outages come in runs; three are fewer than any SDK's attempts with some patience. */
const LONGEST_BURST = 3

/**
 * The fault that a seed has for the nth call (from 0) of an operation, out of those that can strike it. Each operation has a
 * row of its own, so that calls which overtake one another don't change what strikes whom.
 */
export function mixedFault(
  seed: number,
  { operation, nth }: { operation: string; nth: number },
  possible: readonly CallFault[],
): CallFault | undefined {
  const struck = Array.from({ length: LONGEST_BURST }, (_, back) => nth - back).some(
    (start) => start >= 0 && burstFrom(seed, operation, start) > nth - start,
  )
  if (!struck) return undefined
  const random = randomOf(`${seed} kind ${operation} ${nth}`)
  return possible[Math.floor(random() * possible.length)]
}

/** How many calls the burst that begins at this one strikes; 0 where none begins. */
function burstFrom(seed: number, operation: string, start: number): number {
  const random = randomOf(`${seed} burst ${operation} ${start}`)
  return random() < RATE ? 1 + Math.floor(random() * LONGEST_BURST) : 0
}
