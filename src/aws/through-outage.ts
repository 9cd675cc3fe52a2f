import type { Clock } from '../kit/clock.ts'
import { silentLog } from '../kit/log.ts'
import { waitFor } from '../kit/wait-for.ts'
import { isPassing } from './errors.ts'

// How long an API may fail beyond the SDK's own attempts.
const OUTAGE_SECONDS = 60

/**
 * Asks AWS again while it has an outage. `what` is what is awaited: "SSM to take ready".
 * @param ask safe to repeat
 * @throws UserError when it fails for longer than an outage; at once what will not pass
 */
export function throughOutage<T>(
  { clock, signal }: { clock: Clock; signal: AbortSignal },
  what: string,
  ask: () => Promise<T>,
  passes = isPassing,
): Promise<T> {
  return waitFor({
    ...{ what, clock, signal, withinSeconds: OUTAGE_SECONDS, log: silentLog },
    next: 'Run the action again when AWS answers.',
    probe: () =>
      ask().then(
        (done) => ({ done }),
        (error: Error) => {
          if (!passes(error)) throw error
          return { notYet: error.message }
        },
      ),
  })
}
