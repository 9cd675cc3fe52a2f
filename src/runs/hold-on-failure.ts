import { tagKeys, timeTag } from '../cluster/tags.ts'
import type { Kit } from '../kit/define-action.ts'
import { describeError } from '../kit/errors.ts'
import type { Context } from '../phases/context.ts'
import { hold, latestExpiry } from '../phases/hold.ts'
import { countsOf, findAll, itemsOf, residueOf } from '../phases/leftovers/residue.ts'
import { stamp } from '../phases/leftovers/stamp.ts'

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

/** After a cancel: gives all that is up one time, and says what it is and until when it costs. */
export async function tellWhatIsUp(
  { spec, aws, clock, log }: Context,
  kit: Pick<Kit, 'summary'>,
): Promise<void> {
  const { clusterName } = spec
  const found = await findAll(aws, { cluster: clusterName })
  const residue = residueOf(found)
  if (!itemsOf(residue).length) return log.info(`the run did not end, and nothing of ${clusterName} is up`)
  const latest = latestExpiry(found)
  const until = Number.isNaN(latest) ? clock.now() + spec.ttl * 1000 : latest
  await stamp(aws, found, {
    [tagKeys.expiresAt]: timeTag(until),
    [tagKeys.cancelledAt]: timeTag(clock.now()),
  })
  const words = `The run did not end. Of ${clusterName} are up, and cost until ${timeTag(until)}: ${countsOf(residue)}. Machines stop themselves then, and a sweep takes the rest; teardown with this cluster-name takes all away now.`
  log.warning(words)
  await kit.summary(`## ⚠️ \`${clusterName}\` is still up\n\n${words}`)
}
