import type { AwsClients } from '../../aws/clients.ts'
import type { Leftover, Search } from '../../aws/leftover.ts'
import type { Tags } from '../../cluster/tags.ts'
import { batches } from '../../kit/batches.ts'

/** What one attempt to delete came to. */
export interface Removal {
  /** Things that AWS holds for now, and that may go a little later. */
  readonly held: readonly Leftover[]
  /** Why others can't be deleted at all. */
  readonly failures: readonly unknown[]
}

/** One kind of thing that a cluster stands on: how it is found, marked and deleted. */
export interface Kind {
  /** Plural, as people are told: `load balancers`. */
  readonly name: string
  /** What the log says before they go; default `deleting <names>`. */
  goodbye?(things: readonly Leftover[]): string
  /** Asked anew at each call, by tags. */
  find(aws: AwsClients, search: Search): Promise<readonly Leftover[]>
  /** Undefined where things of this kind go with others. */
  remove?(aws: AwsClients, things: readonly Leftover[]): Promise<Removal>
  /** Adds tags. Undefined where AWS takes none after creation, or none is ours. */
  tag?(aws: AwsClients, things: readonly Leftover[], tags: Tags): Promise<void>
  /** Whether each machine that lives holds a thing of this kind: one such kind a row is enough to see it by. */
  readonly heldByMachines?: boolean
  /** What keeps a held thing from going, in words. */
  holders?(aws: AwsClients, thing: Leftover): Promise<readonly string[]>
}

// More at once would only be throttled.
const AT_ONCE = 20

/** Deletes one thing a call. `removeOne` says whether the thing is gone now; one that fails keeps no other. */
export const oneByOne =
  (removeOne: (aws: AwsClients, thing: Leftover) => Promise<boolean>): NonNullable<Kind['remove']> =>
  async (aws, things) => {
    const held: Leftover[] = []
    const failures: unknown[] = []
    for (const batch of batches(things, AT_ONCE)) {
      const settled = await Promise.allSettled(batch.map((thing) => removeOne(aws, thing)))
      settled.forEach((one, at) => {
        const thing = batch[at]
        if (one.status === 'rejected') failures.push(one.reason)
        else if (!one.value && thing) held.push(thing)
      })
    }
    return { held, failures }
  }
