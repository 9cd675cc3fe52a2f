import { askAgain } from '../aws/ask-again.ts'
import { isUnknown } from '../aws/errors.ts'
import type { Context } from './context.ts'

// AWS asks to try for up to a minute (EC2 API, eventual consistency).
const SPREADING_SECONDS = 60

/**
 * Does work on things that were made just now, again while AWS doesn't know one of them yet.
 * @param work safe to repeat after it failed anywhere
 * @throws UserError when one stays unknown; whatever else `work` throws, at once
 */
export function onceKnown<T>(
  { clock, log, signal }: Pick<Context, 'clock' | 'log' | 'signal'>,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const wait = {
    what: `AWS to know ${what}`,
    withinSeconds: SPREADING_SECONDS,
    next: 'Run the action again: what is there already is found.',
  }
  return askAgain({ ...wait, clock, log, signal }, isUnknown, work)
}
