import type { Clock } from './clock.ts'
import { UserError } from './errors.ts'
import type { Log } from './log.ts'

export type Probe<T> = { done: T } | { notYet: string }

export interface Wait<T> {
  /** What is awaited, as a noun phrase: "three voters". */
  what: string
  withinSeconds: number
  /** What the user should do when the deadline passes. */
  next: string
  /** Asks the world. `secondsLeft` is for questions that wait on the other side: 0 at the last one, at the deadline. */
  probe: (secondsLeft: number) => Promise<Probe<T>>
  /** What to throw at the deadline where more is known than `missing`; default is an error of `what`, `missing` and `next`. */
  late?: (missing: string) => Error
  clock: Clock
  log: Log
  signal?: AbortSignal | undefined
}

// Quick where the world is quick, patient where it is slow; AWS throttles anything that polls each second for long.
export const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5_000
// What ended is noticed within a tenth of the time that it took.
const GROWTH = 1.1

/**
 * The only way to wait. Polls from 0.2 s, backing off to 5 s, until `probe` is done.
 * @throws at the deadline what `late` makes, else a UserError naming what was still missing and what to do next; whatever
 * `probe` throws, at once.
 */
export async function waitFor<T>({
  what,
  withinSeconds,
  next,
  probe,
  late = (missing) =>
    new UserError(`${what}: not within ${withinSeconds} s, still missing: ${missing}`, { hint: next }),
  clock,
  log,
  signal,
}: Wait<T>): Promise<T> {
  const deadline = clock.now() + withinSeconds * 1000
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted()
    const secondsLeft = Math.max(0, deadline - clock.now()) / 1000
    const seen = await probe(secondsLeft)
    if ('done' in seen) return seen.done
    log.waiting(what, seen.notYet)
    // A probe that was under way at the deadline saw the world before it: the last one is asked after.
    if (secondsLeft === 0) throw late(seen.notYet)
    await clock.sleep(Math.min(pause, Math.max(0, deadline - clock.now())), signal)
  }
}
