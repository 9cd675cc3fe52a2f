import type { Permission, PolicyRole } from './permissions.ts'

interface Statement {
  Effect: 'Allow'
  Action: string[]
  Resource: string[]
  Condition?: Permission['condition']
}

/** The policy of a role: what has one condition and one resource, or one list of actions, is one statement. */
export function rolePolicy(
  permissions: readonly Permission[],
  role: PolicyRole,
  partition = 'aws',
): { Version: string; Statement: Statement[] } {
  const statements = new Map<string, Statement>()
  for (const { action, roles, resource, condition } of permissions) {
    if (!roles.includes(role)) continue
    const key = JSON.stringify([resource, condition])
    const statement = statements.get(key) ?? {
      Effect: 'Allow',
      Action: [],
      Resource: [resource === '*' ? '*' : `arn:${partition}:${resource}`],
      ...(condition && { Condition: condition }),
    }
    statement.Action.push(action)
    statements.set(key, statement)
  }
  return { Version: '2012-10-17', Statement: joined([...statements.values()]) }
}

/** A managed policy may hold 6,144 characters: what says the same of several resources says it once. */
function joined(statements: readonly Statement[]): Statement[] {
  const all = new Map<string, Statement>()
  for (const { Resource, ...rest } of statements) {
    const key = JSON.stringify(rest)
    all.set(key, { ...rest, Resource: [...(all.get(key)?.Resource ?? []), ...Resource] })
  }
  return [...all.values()]
}

/** The files with a policy that holds the action; for a hint. */
export const policyFilesWith = (permissions: readonly Permission[], action: string): string[] => [
  ...new Set(
    permissions
      .filter((one) => one.action === action)
      .flatMap(({ roles }) => roles.map((role) => `policies/${role}.json`)),
  ),
]
