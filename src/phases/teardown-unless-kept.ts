import { timeTag } from '../cluster/tags.ts'
import { BY_HAND } from '../github/run-identity.ts'
import { throwAll } from '../kit/errors.ts'
import { keptByRun, latestExpiry } from './hold.ts'
import type { LeaseContext } from './lease/take-lease.ts'
import { type Found, findWhatAnswers, residueOf, type Unasked } from './leftovers/residue.ts'
import { type Teardown, teardown } from './teardown.ts'
import type { TeardownContext } from './teardown-context.ts'
import { otherRuns } from './whose-cluster.ts'

type RunTeardown = TeardownContext &
  Pick<LeaseContext, 'run'> & {
    /** Whether a cluster stays that another run made, and this one did not take over. */
    readonly onlyOwn: boolean
  }

/**
 * A job that failed with hold-on-failure, and tears down always, would else lose what it wanted to look at; one that
 * failed before it began, another run's cluster.
 */
export async function teardownUnlessKept(context: RunTeardown): Promise<Teardown> {
  const { aws, cluster, log, run } = context
  // What is done by hand has no earlier step whose wish it could be.
  if (run.id === BY_HAND) return teardown(context)
  // What doesn't answer now must not keep machines from going: teardown tells of it.
  const { found, unasked } = await findWhatAnswers(aws, { cluster })
  const why = whyHeld(context, found) ?? whyAnothers(context, found, unasked)
  if (why === undefined) return teardown(context)
  log.notice(why)
  return { residue: residueOf(found), removed: {} }
}

/** A hold is on everything that takes tags. */
function whyHeld({ clock, cluster, run }: RunTeardown, found: readonly Found[]): string | undefined {
  const until = keptByRun(found, run, clock.now())
  if (until === undefined) return undefined
  return `${cluster} stays: hold-on-failure of this run keeps it from this teardown until ${timeTag(until)}. It costs until ${timeTag(latestExpiry(found))}; a teardown in another run takes it away now, a sweep after that time.`
}

/** @throws UserError when what doesn't answer could be this run's */
function whyAnothers(
  { cluster, run, onlyOwn }: RunTeardown,
  found: readonly Found[],
  unasked: readonly Unasked[],
): string | undefined {
  const others = onlyOwn ? otherRuns(found, run) : []
  if (!others.length) return undefined
  throwAll(unasked.map(({ failure }) => failure))
  const until = latestExpiry(found)
  const sweep = Number.isNaN(until) ? '' : `, a sweep after ${timeTag(until)}`
  return `${cluster} stays: it is of ${others.join(' and ')}, and this run made nothing of it. A teardown without only-own takes it away now${sweep}.`
}
