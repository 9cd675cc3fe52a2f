import { isUnknown } from '../aws/errors.ts'
import { waitFor } from '../kit/wait-for.ts'
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
  return waitFor({
    what: `AWS to know ${what}`,
    withinSeconds: SPREADING_SECONDS,
    next: 'Run the action again: what is there already is found.',
    clock,
    log,
    signal,
    probe: async () => {
      try {
        return { done: await work() }
      } catch (error) {
        if (!isUnknown(error)) throw error
        return { notYet: (error as Error).message }
      }
    },
  })
}
