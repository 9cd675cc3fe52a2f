import type { Permission, PolicyRole } from './permissions/permission.ts'

interface Statement {
  Effect: 'Allow'
  Action: string[]
  Resource: string[]
  Condition?: Permission['condition']
}

/** The policy of a role, in as few words as say the same: a managed policy may hold 6,144 characters. */
export function rolePolicy(
  permissions: readonly Permission[],
  role: PolicyRole,
  partition = 'aws',
): { Version: string; Statement: Statement[] } {
  const statements = statementsOf(permissions, role, partition)
  return { Version: '2012-10-17', Statement: united(statements) }
}

/** A statement for what has one condition and one resource, or one list of actions: each of its actions is for each of its resources. */
export function statementsOf(
  permissions: readonly Permission[],
  role: PolicyRole,
  partition = 'aws',
): Statement[] {
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
  return joined([...statements.values()])
}

/** What says the same of several resources says it once. */
function joined(statements: readonly Statement[]): Statement[] {
  const all = new Map<string, Statement>()
  for (const { Resource, ...rest } of statements) {
    const key = JSON.stringify(rest)
    all.set(key, { ...rest, Resource: [...(all.get(key)?.Resource ?? []), ...Resource] })
  }
  return [...all.values()]
}

/** Puts statements of one condition together where that gives no action a resource that it could act on. */
function united(statements: readonly Statement[]): Statement[] {
  const all: Statement[] = []
  for (const one of statements) {
    const at = all.findIndex((other) => isHarmless(one, other, statements))
    const other = all[at]
    if (other) all[at] = union(other, one)
    else all.push(one)
  }
  return all
}

const union = ({ Action, Resource, ...rest }: Statement, more: Statement): Statement => ({
  ...rest,
  Action: [...new Set([...Action, ...more.Action])],
  Resource: [...new Set([...Resource, ...more.Resource])],
})

function isHarmless(one: Statement, other: Statement, all: readonly Statement[]): boolean {
  if (JSON.stringify(one.Condition) !== JSON.stringify(other.Condition)) return false
  if (one.Resource.includes('*') !== other.Resource.includes('*')) return false
  const gainsNothing = ({ Action }: Statement, { Resource }: Statement) =>
    Action.every((action) => Resource.every((resource) => !couldAct(action, resource, all)))
  return gainsNothing(one, other) && gainsNothing(other, one)
}

// The one action of ours that acts on what another service has: machines of EC2.
const ABROAD = 'ssm:SendCommand'

/**
 * Whether an action might have a use for a resource. One that the policy grants on a single kind of resource knows no other,
 * and none but Run Command's knows those of another service.
 */
function couldAct(action: string, resource: string, all: readonly Statement[]): boolean {
  const own = new Set(all.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource))
  if (own.has(resource)) return all.filter(({ Action }) => Action.includes(action)).length > 1
  if (own.size === 1) return false
  return action === ABROAD || action.split(':')[0] === resource.split(':')[2]
}

/** The files with a policy that holds the action; for a hint. */
export const policyFilesWith = (permissions: readonly Permission[], action: string): string[] => [
  ...new Set(
    permissions
      .filter((one) => one.action === action)
      .flatMap(({ roles }) => roles.map((role) => `policies/${role}.json`)),
  ),
]
