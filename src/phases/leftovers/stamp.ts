import type { AwsClients } from '../../aws/clients.ts'
import type { Tags } from '../../cluster/tags.ts'
import type { Found } from './residue.ts'

/**
 * Adds tags to all that was found and takes tags; a thing that is gone meanwhile is fine.
 * @throws AggregateError when one kind could not be tagged; the others are
 */
export async function stamp(aws: AwsClients, found: readonly Found[], tags: Tags): Promise<void> {
  const settled = await Promise.allSettled(
    found.map(({ kind, things }) => (things.length ? kind.tag?.(aws, things, tags) : undefined)),
  )
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  if (failures.length) throw new AggregateError(failures)
}
