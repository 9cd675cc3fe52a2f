import type { Search } from '../../aws/leftover.ts'
import { throughOutage } from '../../aws/through-outage.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { TeardownContext } from '../teardown-context.ts'
import { allKinds } from './all-kinds.ts'
import { machines } from './machines.ts'
import type { Removed } from './remove-all.ts'
import { type Found, findAll } from './residue.ts'

/**
 * What is left, asked of each service anew. AWS shows some things for a while after they went (IAM for seconds): as long as only such
 * ones are left, the kinds that have them are asked again, until `shownBy` in milliseconds since the epoch.
 */
export async function whatIsLeft(
  context: TeardownContext,
  { search, removed, shownBy }: { search: Search; removed: Removed; shownBy: number },
): Promise<Found[]> {
  const { aws, clock, log, signal } = context
  let kinds = allKinds
  const left = await waitFor<Found[]>({
    what: 'AWS to show no more of what was deleted',
    withinSeconds: removed.failures.length ? 0 : Math.max(0, shownBy - clock.now()) / 1000,
    next: 'Run teardown again.',
    ...{ clock, log, signal },
    probe: async (secondsLeft) => {
      const found = await throughOutage(context, 'AWS to tell what is left', () =>
        findAll(aws, search, kinds),
      )
      const shown = found.filter(({ things }) => things.length)
      if (secondsLeft === 0 || !shown.every((one) => wentAway(one, removed))) return { done: shown }
      if (!shown.length) return { done: [] }
      kinds = shown.map(({ kind }) => kind)
      return { notYet: shown.flatMap(({ things }) => things.map(({ name }) => name)).join(', ') }
    },
  })
  return allKinds.map((kind) => left.find((one) => one.kind === kind) ?? { kind, things: [] })
}

/** Whether a machine is left that EC2 showed only after all were terminated. */
export const cameLate = (left: readonly Found[], removed: Removed): boolean =>
  left.some((one) => one.kind === machines && !wentAway(one, removed))

const wentAway = ({ kind, things }: Found, { found }: Removed): boolean => {
  const deleted = found.filter((one) => one.kind === kind).flatMap((one) => one.things.map(({ id }) => id))
  return things.every(({ id }) => deleted.includes(id))
}
