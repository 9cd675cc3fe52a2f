/**
 * What EC2 lets an account ask for in a region: RunInstances takes 5 calls at once and 2 a second, and 1,000 instances at once
 * and 2 a second ("Request throttling for the Amazon EC2 API"). A fifth is left to what else the account launches.
 */
const CALLS = { capacity: 5, refill: 1.6 }
const INSTANCES = { capacity: 1000, refill: 1.6 }

/** How long each launch of a row waits for its machines, in seconds. Only what is launched counts, however often it is asked for. */
export function launchDelays(counts: readonly number[]): number[] {
  let instances = 0
  return counts.map((count) => {
    instances += count
    return Math.max(0, (instances - INSTANCES.capacity) / INSTANCES.refill)
  })
}

/** Calls left at a moment, in seconds; below zero they are promised to launches that wait. */
export interface CallPace {
  readonly left: number
  readonly at: number
}

/** @returns how long the next call must wait, in seconds, and the pace after it */
export function nextCall(before: CallPace | undefined, at: number): { wait: number; pace: CallPace } {
  const refilled = before ? before.left + (at - before.at) * CALLS.refill : CALLS.capacity
  const left = Math.min(CALLS.capacity, refilled) - 1
  return { wait: Math.max(0, -left / CALLS.refill), pace: { left, at } }
}
