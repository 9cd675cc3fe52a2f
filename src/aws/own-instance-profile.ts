import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  type IAMClient,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam'
import { type Tags, tagKeys } from '../cluster/tags.ts'
import { goneNow, unless } from './errors.ts'
import { NODE_POLICY } from './instance-profile.ts'
import { type Standing, standingRoleAndProfile } from './standing-roles.ts'
import { tagList } from './tag-list.ts'

/** Both are tagged by the calls that make them: one of that name without the cluster's tag is somebody else's. */
const ownOf = ({ role, profile }: Standing, cluster: string): Standing => {
  const own = (tags: Tags | undefined) => (tags?.[tagKeys.cluster] === cluster ? tags : undefined)
  return { role: own(role), profile: own(profile) }
}

/** What the cluster has of the role and the instance profile of that name. */
export const ownInstanceProfile = async (iam: IAMClient, name: string, cluster: string): Promise<Standing> =>
  ownOf(await standingRoleAndProfile(iam, name), cluster)

/**
 * Deletes what the cluster has of the role and the profile, in the only order that IAM takes. What is gone already is fine.
 * @returns whether they are gone now: IAM may not have seen yet that they left each other, or something else is attached
 */
export async function deleteOwnInstanceProfile(
  iam: IAMClient,
  name: string,
  cluster: string,
): Promise<boolean> {
  const { role, profile } = await ownInstanceProfile(iam, name, cluster)
  if (!role && !profile) return true
  const both = { InstanceProfileName: name, RoleName: name }
  await unless(GONE, iam.send(new RemoveRoleFromInstanceProfileCommand(both)))
  const profileGone = !profile || (await isGone(iam.send(new DeleteInstanceProfileCommand(both))))
  if (!role) return profileGone
  await unless(GONE, iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: NODE_POLICY })))
  return (await isGone(iam.send(new DeleteRoleCommand({ RoleName: name })))) && profileGone
}

const NO_SUCH = 'NoSuchEntity'
const GONE = [NO_SUCH]

const isGone = (deletion: Promise<unknown>) => goneNow(deletion, { gone: NO_SUCH, held: ['DeleteConflict'] })

/** Tags what the cluster has of the role and the profile of that name. */
export async function tagOwnInstanceProfile(
  iam: IAMClient,
  name: string,
  { cluster, tags }: { cluster: string; tags: Tags },
): Promise<void> {
  const Tags = tagList(tags)
  const { role, profile } = await ownInstanceProfile(iam, name, cluster)
  await Promise.all([
    role && unless(GONE, iam.send(new TagRoleCommand({ RoleName: name, Tags }))),
    profile && unless(GONE, iam.send(new TagInstanceProfileCommand({ InstanceProfileName: name, Tags }))),
  ])
}
