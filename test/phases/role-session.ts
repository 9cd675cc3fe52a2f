import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { awsClients } from '../../src/aws/clients.ts'
import { permissions } from '../../src/cluster/permissions/all-permissions.ts'
import type { Permission, PolicyRole } from '../../src/cluster/permissions/permission.ts'
import { rolePolicy } from '../../src/cluster/role-policy.ts'
import type { World } from '../../src/local-cloud/world/world.ts'

const TRUST = JSON.stringify({
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '123456789012' } },
})

export const permissionsOf = (role: PolicyRole): Permission[] =>
  permissions.filter(({ roles }) => roles.includes(role))

/** The account's user makes a role of these rights; what gets its credentials from now on has them and no others. */
export async function takeOn(
  world: World,
  role: PolicyRole,
  rights: readonly Permission[],
  path = '/',
): Promise<void> {
  // As a user attaches them: that of the network comes on top of that of the deployment.
  const policies = { ...(role === 'network' && { deploy: permissions }), [role]: rights }
  const documents = Object.entries(policies).map(([name, held]) =>
    JSON.stringify(rolePolicy(held, name as PolicyRole)),
  )
  await takeOnPolicies(world, documents, path)
}

/** The same, by the policies themselves. */
export async function takeOnPolicies(world: World, documents: readonly string[], path = '/'): Promise<void> {
  asUser(world)
  const { iam, sts } = awsClients(world.region)
  const name = `ci-${[...world.roles.keys()].filter((one) => one.startsWith('ci-')).length}`
  const { Role: made } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST, Path: path }),
  )
  for (const [at, PolicyDocument] of documents.entries())
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: `p${at}`, PolicyDocument }))
  const { Credentials: held } = await sts.send(
    new AssumeRoleCommand({ RoleArn: made?.Arn, RoleSessionName: 'run' }),
  )
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: held?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: held?.SecretAccessKey,
    AWS_SESSION_TOKEN: held?.SessionToken,
  })
}

/** Back to the account's user, who may do everything. */
export function asUser({ userKey }: World): void {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: userKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: userKey.secretAccessKey,
  })
  delete process.env['AWS_SESSION_TOKEN']
}
