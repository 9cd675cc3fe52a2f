import { isPassing } from '../aws/errors.ts'
import { findStrangers } from '../aws/instances.ts'
import type { Search } from '../aws/leftover.ts'
import { throughOutage } from '../aws/through-outage.ts'
import { kubernetesTag } from '../cluster/tags.ts'
import { throwAll, UserError } from '../kit/errors.ts'
import { type Aftermath, clusterBegan, tellOfLooseVolumes } from './leftovers/loose-volumes.ts'
import { cameLate, whatIsLeft } from './leftovers/proof.ts'
import { type Removed, removeAll } from './leftovers/remove-all.ts'
import { countsOf, type Found, itemsOf, type Residue, residueOf } from './leftovers/residue.ts'
import { tellOfSnapshots } from './leftovers/snapshots.ts'
import { tellOfVolumes, untaggedVolumes } from './leftovers/untagged-volumes.ts'
import type { TeardownContext } from './teardown-context.ts'

// Kubernetes may have made something while its last machine went down, EC2 have shown a machine late, or AWS have had an outage.
const ROUNDS = 3

// What is deleted in IAM is seen so within seconds, and AWS promises no time.
const SPREADING_SECONDS = 60

/**
 * Deletes everything of a cluster, found by tags, and proves that nothing is left. A kind that fails doesn't keep the
 * others from going; all failures are told at the end.
 * @throws UserError or AggregateError when something is left or could not be deleted
 */
export async function teardown(context: TeardownContext): Promise<Teardown> {
  const aftermath: Aftermath = { begun: [], told: [] }
  try {
    return await removeCluster(context, aftermath)
  } finally {
    if (aftermath.begun.length) await tellOfLooseVolumes(context, aftermath)
  }
}

/** As `teardown`, for one of many: what can't be told of a cluster alone is left in `aftermath`. */
export async function removeCluster(context: TeardownContext, aftermath: Aftermath): Promise<Teardown> {
  const search = await throughOutage(context, 'EC2 to list machines', () => searchOf(context))
  const untagged = await untaggedVolumes(context, search)
  // Asked now: nothing shows it once the cluster is gone.
  aftermath.begun.push(await clusterBegan(context.aws, context.cluster))
  try {
    return await inRounds(context, search)
  } finally {
    aftermath.told.push(...(await tellOfVolumes(context, untagged)))
    await tellOfSnapshots(context)
  }
}

async function inRounds(context: TeardownContext, search: Search): Promise<Teardown> {
  const found: Found[] = []
  let shownBy: number | undefined
  for (let round = 1; ; round++) {
    const removed = await removeAll(context, search)
    found.push(...removed.found)
    shownBy ??= context.clock.now() + SPREADING_SECONDS * 1000
    const left = await whatIsLeft(context, { search, removed, shownBy })
    const residue = residueOf(left)
    const lasting = removed.failures.filter((failure) => !isPassing(failure))
    // What an outage kept from going is gone when nothing is left.
    if (!itemsOf(residue).length) return judged(context, residue, { found, failures: lasting })
    // What failed may have been held by a machine that came late, and that nobody has terminated yet.
    const isFinal = lasting.length > 0 && !cameLate(left, removed)
    if (isFinal || round === ROUNDS) return judged(context, residue, { found, failures: removed.failures })
  }
}

export interface Teardown {
  /** What stood and is gone, by kind. */
  readonly removed: Residue
  /** The proof: empty lists. */
  readonly residue: Residue
}

/** Kubernetes' tag names a cluster by its name alone, and another cluster of that name may not be ours. */
async function searchOf({ aws, cluster, log }: TeardownContext): Promise<Search> {
  const strangers = await findStrangers(aws.ec2, cluster)
  if (!strangers.length) return { cluster, made: true }
  log.warning(
    `${strangers.join(', ')} carry the tag ${kubernetesTag(cluster).key} and are not ours: another cluster has that name, so what Kubernetes made under it stays`,
  )
  return { cluster, made: false }
}

function judged({ cluster, log }: TeardownContext, residue: Residue, { found, failures }: Removed): Teardown {
  const left = itemsOf(residue)
  const all = left.length
    ? [
        ...failures,
        new UserError(`of ${cluster} is left:\n  ${left.join('\n  ')}`, {
          hint: 'Run teardown again; what stays then must be deleted by hand, and costs until it is.',
        }),
      ]
    : failures
  throwAll(all)
  log.info(`nothing is left: ${countsOf(residue)}`)
  return { removed: residueOf(found), residue }
}
