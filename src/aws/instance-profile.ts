import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  type IAMClient,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam'
import { names } from '../cluster/names.ts'
import type { Tags } from '../cluster/tags.ts'
import { awsCode, unless } from './errors.ts'
import { tagList, tagsOf } from './tag-list.ts'

/** Name of the inline policy that the role gets. */
export const NODE_POLICY = 'rke2-action'

/** In China the service goes by a name of its own (AWS China, IAM user guide). */
const trustOfEc2 = (partition: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: partition === 'aws-cn' ? 'ec2.amazonaws.com.cn' : 'ec2.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ],
  })

interface Wish {
  readonly name: string
  /** The role's rights, as a document. */
  readonly policy: string
  readonly partition: string
  /** ARN of the role's permissions boundary. */
  readonly boundary: string | undefined
  /** Of both, where they are made. */
  readonly path: string
  readonly tags: Tags
}

/**
 * Makes a role and an instance profile of the same name. Safe to repeat after a crash at any call.
 * @throws LimitExceeded when somebody else's role is in the profile
 */
export async function ensureInstanceProfile(iam: IAMClient, wish: Wish): Promise<{ fresh: boolean }> {
  const { name } = wish
  if (await roleIn(iam, name)) return { fresh: false }
  const shared = { Path: wish.path, Tags: tagList(wish.tags) }
  await Promise.all([ensureRole(iam, wish, shared), ensureProfile(iam, name, shared)])
  await addRole(iam, name)
  return { fresh: true }
}

/** Name of the role in a profile, which holds one; undefined for none, and where there is no profile. */
async function roleIn(iam: IAMClient, profile: string): Promise<string | undefined> {
  const found = await unless(
    ['NoSuchEntity'],
    iam.send(new GetInstanceProfileCommand({ InstanceProfileName: profile })),
  )
  return found?.InstanceProfile?.Roles?.[0]?.RoleName
}

/** Where the answer was lost, the call is made again, and refused for what the first one did. */
async function addRole(iam: IAMClient, name: string): Promise<void> {
  try {
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }))
  } catch (error) {
    if (awsCode(error) !== 'LimitExceeded') throw error
    // IAM may not show yet which role it is, and then it was put there just now.
    const role = await roleIn(iam, name)
    if (role !== undefined && role !== name) throw error
  }
}

interface Shared {
  Path: string
  Tags: { Key: string; Value: string }[]
}

async function ensureRole(
  iam: IAMClient,
  { name, policy, partition, boundary }: Omit<Wish, 'tags' | 'path'>,
  shared: Shared,
) {
  await unless(
    ['EntityAlreadyExists'],
    iam.send(
      new CreateRoleCommand({
        ...shared,
        RoleName: name,
        AssumeRolePolicyDocument: trustOfEc2(partition),
        PermissionsBoundary: boundary,
        Description: 'Nodes of one rke2-action cluster',
      }),
    ),
  )
  await iam.send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: NODE_POLICY, PolicyDocument: policy }),
  )
}

const ensureProfile = (iam: IAMClient, name: string, shared: Shared) =>
  unless(
    ['EntityAlreadyExists'],
    iam.send(new CreateInstanceProfileCommand({ ...shared, InstanceProfileName: name })),
  )

/** Tags of the role and of the instance profile of one name; undefined for what is not there. */
export interface Standing {
  readonly role: Tags | undefined
  readonly profile: Tags | undefined
}

export async function standingInstanceProfile(iam: IAMClient, name: string): Promise<Standing> {
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
export const instanceProfileWords = (name: string, { role, profile }: Standing): string[] => [
  ...(role ? [`role ${name}`] : []),
  ...(profile ? [`instance profile ${name}`] : []),
]

/** Which of role and instance profile of that name are there, whosever they are, in words. */
export async function remainsOfInstanceProfile(iam: IAMClient, name: string): Promise<{ words: string[] }> {
  return { words: instanceProfileWords(name, await standingInstanceProfile(iam, name)) }
}

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
