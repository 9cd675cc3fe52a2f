import { clustersIn, type Fate, type FoundCluster, fateOf } from '../cluster/expiry.ts'
import { type Spent, spentText } from '../cluster/price.ts'
import { tagKeys, timeTag } from '../cluster/tags.ts'
import { costSoFar } from './estimate-cost.ts'
import { dropLapsedLeases } from './lease/lapsed-leases.ts'
import { ClusterTaken, type LeaseContext } from './lease/take-lease.ts'
import { withLease } from './lease/with-lease.ts'
import { type Aftermath, tellOfLooseVolumes } from './leftovers/loose-volumes.ts'
import { type Found, findWhatAnswers, type Residue, residueOf, type Unasked } from './leftovers/residue.ts'
import { stamp } from './leftovers/stamp.ts'
import { removeCluster } from './teardown.ts'
import type { TeardownContext } from './teardown-context.ts'

export type SweepContext = Omit<TeardownContext, 'cluster'> &
  Pick<LeaseContext, 'run'> & { readonly dryRun: boolean }

/** What became of a cluster. */
export interface SweptCluster extends FoundCluster, Fate {
  /** What was removed, by kind; of a cluster that stands, what carries our tags. */
  readonly stood: Residue
  /** Of `fate: remove` only. */
  readonly spent?: Spent
  /** Of `fate: remove` only: whether it is gone. False in a dry run, and when its teardown failed. */
  readonly removed: boolean
}

export interface Sweep {
  readonly clusters: readonly SweptCluster[]
  /** Names of those of which only lapsed leases stood; they are deleted, but for a dry run. */
  readonly leases: readonly string[]
  /** What could not be asked, and what went wrong with a cluster: the others were swept all the same. */
  readonly failures: readonly unknown[]
}

/**
 * Takes away every cluster of the region whose time is over, and marks those that say no time.
 * @throws UserError when no service at all can be asked
 */
export async function sweep(context: SweepContext): Promise<Sweep> {
  const clusters: SweptCluster[] = []
  const { found, unasked } = await findWhatAnswers(context.aws, {})
  if (!found.length) throw unasked[0]?.failure
  const aside: Aside = { failures: unasked.map(({ failure }) => failure), leases: [], begun: [], told: [] }
  for (const { name } of clustersIn(taggedOf(found))) {
    context.signal.throwIfAborted()
    try {
      const swept = await sweepOne(context, name, aside)
      if (swept) clusters.push(swept)
    } catch (error) {
      aside.failures.push(error)
    }
  }
  if (aside.begun.length) await tellOfLooseVolumes(context, aside)
  return { clusters, leases: aside.leases, failures: aside.failures }
}

/** What comes up on the way from cluster to cluster. */
interface Aside extends Aftermath {
  readonly failures: unknown[]
  readonly leases: string[]
}

const taggedOf = (found: readonly Found[]) =>
  found.flatMap(({ kind, things }) => things.map(({ tags }) => ({ tags, takesTags: Boolean(kind.tag) })))

/** Judges by what stands now: since the list was made, a run may have taken the name up again, or somebody the cluster away. */
async function sweepOne(
  context: SweepContext,
  name: string,
  aside: Aside,
): Promise<SweptCluster | undefined> {
  const { aws, clock, dryRun } = context
  const { found, unasked } = await findWhatAnswers(aws, { cluster: name })
  assertNoHoldHidden(unasked)
  const [cluster] = clustersIn(taggedOf(found))
  if (!cluster) {
    // What could not be asked may stand.
    if (!unasked.length) await sweepLeases(context, name, aside)
    return undefined
  }
  const fate = fateOf(cluster, clock.now())
  const spent = fate.fate === 'remove' ? { spent: await costSoFar(context, name) } : {}
  const swept = { ...cluster, ...fate, ...spent, stood: residueOf(found), removed: false }
  tell(context, swept)
  if (dryRun || fate.fate === 'keep') return swept
  if (fate.fate === 'mark') {
    await stamp(aws, found, { [tagKeys.markedAt]: timeTag(clock.now()) })
    return swept
  }
  return takeAway(context, swept, aside)
}

async function sweepLeases(context: SweepContext, name: string, { leases }: Aside): Promise<void> {
  if (!(await dropLapsedLeases(context, name))) return
  leases.push(name)
  const done = context.dryRun ? 'would be deleted (dry run)' : 'are deleted'
  context.log.info(`of ${name} nothing stands but leases of runs that ended without a word; they ${done}`)
}

/** Somebody may hold a cluster by a tag on any part of it: a part that can't be asked, and takes tags, may say so. */
function assertNoHoldHidden(unasked: readonly Unasked[]): void {
  const hidden = unasked.find(({ kind }) => kind.tag)
  if (hidden) throw hidden.failure
}

/** An idle lease does not save an expired cluster; one that a run works under does. */
const LEASE = { onBusy: 'fail', timeout: 0, idleSeconds: 0, ignoreIdle: true } as const

async function takeAway(context: SweepContext, swept: SweptCluster, aside: Aside): Promise<SweptCluster> {
  const { name: cluster } = swept
  try {
    const own = { ...context, cluster, log: context.log.scoped(`teardown ${cluster}`) }
    const { removed: stood } = await withLease(own, LEASE, (signal) =>
      removeCluster({ ...own, signal }, aside),
    )
    return { ...swept, stood, removed: true }
  } catch (error) {
    // Its time may be over, but a run that works on it now is about to move it.
    if (error instanceof ClusterTaken) return kept(context, swept, error.message)
    aside.failures.push(error)
    return swept
  }
}

function kept(context: SweepContext, swept: SweptCluster, why: string): SweptCluster {
  const standing = { ...swept, fate: 'keep' as const, why }
  tell(context, standing)
  return standing
}

function tell({ log, dryRun }: SweepContext, { name, fate, why, unreadableHold, spent }: SweptCluster): void {
  const would = dryRun ? ' (dry run: not done)' : ''
  if (fate === 'keep' && unreadableHold !== undefined) log.warning(`${name} stays: ${why}`)
  else if (fate === 'keep') log.info(`${name} stays: ${why}`)
  else if (fate === 'mark') log.warning(`${name} is marked${would}: ${why}. A later sweep takes it away.`)
  else
    log.info(
      `${name} is taken away${would}: ${why}${spent ? `; cost so far, in USD: ${spentText(spent)}` : ''}`,
    )
}
