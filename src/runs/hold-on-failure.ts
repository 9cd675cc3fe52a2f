import { describeError } from '../kit/errors.ts'
import type { Context } from '../phases/context.ts'
import { hold } from '../phases/hold.ts'

/** Runs `work`; when it fails, and was not cancelled, the cluster is kept for as long as `hold-on-failure` says. */
export async function withHold(context: Context, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { spec, log, signal } = context
    if (spec.holdOnFailure !== undefined && !signal.aborted)
      // The failure of the work is the one to tell.
      await hold({ ...context, log: log.scoped('hold') }, spec.holdOnFailure).catch((failure: unknown) =>
        log.warning(`the cluster could not be kept: ${describeError(failure)}`),
      )
    throw error
  }
}
