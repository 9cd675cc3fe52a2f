import type { Clock } from '../kit/clock.ts'
import { silentLog } from '../kit/log.ts'
import { askAgain } from './ask-again.ts'
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
  const next = 'Run the action again when AWS answers.'
  return askAgain({ what, next, clock, signal, withinSeconds: OUTAGE_SECONDS, log: silentLog }, passes, ask)
}
