import { describeError } from '../kit/errors.ts'
import type { Context } from '../phases/context.ts'
import { endHold, hold } from '../phases/hold.ts'

/**
 * Runs `work`; when it fails, and was not cancelled, the cluster is kept for as long as `hold-on-failure` says. When it
 * succeeds, what an earlier step of this run kept is kept no more.
 */
export async function withHold(context: Context, work: () => Promise<void>): Promise<void> {
  const { spec, signal } = context
  const log = context.log.scoped('hold')
  const scoped = { ...context, log }
  try {
    await work()
  } catch (error) {
    if (spec.holdOnFailure !== undefined && !signal.aborted)
      // The failure of the work is the one to tell.
      await hold(scoped, spec.holdOnFailure).catch((failure: unknown) =>
        log.warning(`the cluster could not be kept: ${describeError(failure)}`),
      )
    throw error
  }
  await endHold(scoped).catch((failure: unknown) =>
    log.warning(`an earlier hold on the cluster could not be ended: ${describeError(failure)}`),
  )
}
