import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  GetInstanceProfileCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import type { Tags } from '../cluster/tags.ts'
import { awsCode, unless } from './errors.ts'
import { tagList } from './tag-list.ts'

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
