import { tagParameter } from '../aws/parameters.ts'
import { isSameRun } from '../cluster/lease.ts'
import { names } from '../cluster/names.ts'
import { type Ownership, type Tags, tagKeys } from '../cluster/tags.ts'
import type { RunIdentity } from '../github/run-identity.ts'
import { runUrl } from '../github/run-url.ts'
import type { Context } from './context.ts'
import type { Found } from './leftovers/residue.ts'

export const ownTags = ({ id, repository }: RunIdentity): Tags => ({
  [tagKeys.run]: id,
  [tagKeys.repository]: repository,
})

const named = ({ id, repository }: RunIdentity) => ({ run: id, repository })

/**
 * Before a run makes more of a cluster that another one began: the join token names this run from now on, as all else is
 * made with the tags of the first.
 */
export async function takeOver({ aws, run, spec }: Context, owner: Ownership): Promise<void> {
  if (isSameRun(owner, named(run))) return
  // Where there is no token yet this run makes it, with its own name.
  await tagParameter(aws.ssm, names.token(spec.clusterName), ownTags(run))
}

/** The pages of the runs that everything found is of; empty when some of it is this run's, or nothing names a run. */
export function otherRuns(found: readonly Found[], run: RunIdentity): string[] {
  const makers = found
    .flatMap(({ things }) => things)
    .flatMap(({ tags: { [tagKeys.run]: id, [tagKeys.repository]: repository = '' } }) =>
      id ? [{ run: id, repository }] : [],
    )
  if (makers.some((maker) => isSameRun(maker, named(run)))) return []
  return [...new Set(makers.map(runUrl))]
}
