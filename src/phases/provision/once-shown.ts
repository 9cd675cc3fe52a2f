import { isUnknown } from '../../aws/errors.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { Context } from '../context.ts'

// As long as AWS asks to wait for what was made just now, and half as long again.
const SHOWN_SECONDS = 90

/** Looks, and makes what is missing, until AWS shows all of it: `look` gives undefined before that, and is safe to repeat. */
export const onceShown = <T>(
  { clock, log, signal }: Pick<Context, 'clock' | 'log' | 'signal'>,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> =>
  waitFor({
    what,
    withinSeconds: SHOWN_SECONDS,
    next: 'Run the action again: it goes on where it stopped.',
    clock,
    log,
    signal,
    probe: async () => {
      try {
        const done = await look()
        return done === undefined ? { notYet: 'AWS does not show all of it yet' } : { done }
      } catch (error) {
        if (!isUnknown(error)) throw error
        return { notYet: (error as Error).message }
      }
    },
  })
