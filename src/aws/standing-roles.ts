import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  type IAMClient,
  ListRoleTagsCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam'
import { names } from '../cluster/names.ts'
import type { Tags } from '../cluster/tags.ts'
import { unless } from './errors.ts'
import { tagsOf } from './tag-list.ts'

/** Tags of the role and of the instance profile of one name; undefined for what is not there. */
export interface Standing {
  readonly role: Tags | undefined
  readonly profile: Tags | undefined
}

export async function standingRoleAndProfile(iam: IAMClient, name: string): Promise<Standing> {
  const gone = ['NoSuchEntity']
  const [role, profile] = await Promise.all([
    unless(gone, iam.send(new GetRoleCommand({ RoleName: name }))),
    unless(gone, iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name }))),
  ])
  return {
    role: role && tagsOf(role.Role?.Tags),
    profile: profile && tagsOf(profile.InstanceProfile?.Tags),
  }
}

/** Which of the two are there, in words. */
export const roleAndProfileWords = (name: string, { role, profile }: Standing): string[] => [
  ...(role ? [`role ${name}`] : []),
  ...(profile ? [`instance profile ${name}`] : []),
]

// The most that IAM puts on a page: without a path that all have, every role of the account is looked through.
const PAGE = 1000

/** Every role that has the name of a cluster's in this region, with its tags: IAM has no listing by tag, and a path is the user's to choose. */
export async function findClusterRoles(
  iam: IAMClient,
  region: string,
): Promise<{ name: string; tags: Tags }[]> {
  const found: { name: string; tags: Tags }[] = []
  const [begin = '', end = ''] = names.role('*', region).split('*')
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, { MaxItems: PAGE }))
    for (const { RoleName: name = '' } of Roles) {
      if (!name.startsWith(begin) || !name.endsWith(end)) continue
      const answer = await unless(['NoSuchEntity'], iam.send(new ListRoleTagsCommand({ RoleName: name })))
      if (answer) found.push({ name, tags: tagsOf(answer.Tags) })
    }
  return found
}
