import { findSecurityGroups } from '../aws/security-groups.ts'
import { timeFrom } from '../cluster/expiry.ts'
import { type Ownership, tagKeys, timeOfTag } from '../cluster/tags.ts'
import { userTags, wishedTags } from '../cluster/user-tags.ts'
import type { Context } from './context.ts'

/**
 * The tags that all of the cluster carries. The security groups are made first, so a run that takes up another one's
 * work reads them there: the same tags make a repeated launch the same launch, and not a second machine.
 */
export async function ownership(context: Context): Promise<Ownership> {
  const { spec, aws, clock, run } = context
  const [group] = await findSecurityGroups(aws.ec2, { cluster: spec.clusterName })
  const { [tagKeys.run]: id = run.id, [tagKeys.repository]: repository = run.repository } = group?.tags ?? {}
  const expiresAt = timeOfTag(group?.tags[tagKeys.expiresAt])
  // A later step of the chain need not be told them again.
  const wished = { ...wishedTags(group?.tags ?? {}), ...userTags(spec.tags) }
  const owner = { cluster: spec.clusterName, run: id, repository, wished }
  if (!Number.isNaN(expiresAt)) return { ...owner, expiresAt }
  return { ...owner, expiresAt: timeFrom(clock.now(), spec.ttl) }
}
