import { timeTag } from '../cluster/tags.ts'
import { BY_HAND } from '../github/run-identity.ts'
import { keptByRun } from './hold.ts'
import type { LeaseContext } from './lease/take-lease.ts'
import { findWhatAnswers, residueOf } from './leftovers/residue.ts'
import { type Teardown, teardown } from './teardown.ts'
import type { TeardownContext } from './teardown-context.ts'

/** A job that failed with hold-on-failure, and tears down always, would else lose what it wanted to look at. */
export async function teardownUnlessHeld(
  context: TeardownContext & Pick<LeaseContext, 'run'>,
): Promise<Teardown> {
  const { aws, clock, cluster, log, run } = context
  // What is done by hand has no earlier step whose wish it could be.
  if (run.id === BY_HAND) return teardown(context)
  // A hold is on everything that takes tags. What doesn't answer now must not keep machines from going: teardown tells of it.
  const { found } = await findWhatAnswers(aws, { cluster })
  const until = keptByRun(found, run, clock.now())
  if (until === undefined) return teardown(context)
  log.notice(
    `${cluster} stays until ${timeTag(until)}, as hold-on-failure of this run says, and costs until then. A teardown in another run takes it away now, a sweep after that time.`,
  )
  return { residue: residueOf(found), removed: {} }
}
