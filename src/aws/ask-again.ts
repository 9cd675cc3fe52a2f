import { type Wait, waitFor } from '../kit/wait-for.ts'

/**
 * Asks AWS again while it fails in a way that passes.
 * @param ask safe to repeat after it failed anywhere
 * @throws UserError when it still fails at the deadline; at once what will not pass
 */
export function askAgain<T>(
  wait: Omit<Wait<T>, 'probe'>,
  passes: (error: unknown) => boolean,
  ask: () => Promise<T>,
): Promise<T> {
  return waitFor({
    ...wait,
    probe: async () => {
      try {
        return { done: await ask() }
      } catch (error) {
        if (!passes(error)) throw error
        return { notYet: (error as Error).message }
      }
    },
  })
}
