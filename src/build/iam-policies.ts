import { nodePolicy } from '../cluster/node-policy.ts'
import { permissions } from '../cluster/permissions/all-permissions.ts'
import { POLICY_ROLES } from '../cluster/permissions/permission.ts'
import { rolePolicy } from '../cluster/role-policy.ts'
import { trustPolicy } from '../cluster/trust-policy.ts'
import { table } from '../kit/markdown-table.ts'

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** File → text of every policy that a user copies. */
export const iamPolicies = (): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    POLICY_ROLES.map((role) => [`policies/${role}.json`, json(rolePolicy(permissions, role))]),
  ),
  'policies/node.json': json(
    JSON.parse(nodePolicy({ cluster: 'CLUSTER', region: 'REGION', account: 'ACCOUNT', partition: 'aws' })),
  ),
  'policies/trust.json': json(
    trustPolicy({
      account: 'ACCOUNT',
      owner: 'OWNER',
      ownerId: 'OWNER_ID',
      repository: 'REPOSITORY',
      repositoryId: 'REPOSITORY_ID',
      branch: 'BRANCH',
    }),
  ),
})

/** Markdown: who needs which right on what, and for what. */
export function permissionTable(): string {
  const rows = permissions.map(({ action, roles, resource, condition, why }) => {
    const on = condition ? `\`${resource}\`, if \`${JSON.stringify(condition)}\`` : `\`${resource}\``
    return [`\`${action}\``, roles.join(', '), on, why]
  })
  return table(['action', 'roles', 'on', 'for'], rows)
}
