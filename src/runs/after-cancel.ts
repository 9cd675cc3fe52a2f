import { tagKeys, timeTag } from '../cluster/tags.ts'
import type { Kit } from '../kit/define-action.ts'
import type { Context } from '../phases/context.ts'
import { latestExpiry } from '../phases/hold.ts'
import { countsOf, findAll, itemsOf, residueOf } from '../phases/leftovers/residue.ts'
import { stamp } from '../phases/leftovers/stamp.ts'

/** After a cancel: gives all that is up one time, and says what it is and until when it costs. */
export async function stampAndTellWhatIsUp(
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
