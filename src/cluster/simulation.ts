import { names, OWN_PATH } from './names.ts'
import { permissions } from './permissions/all-permissions.ts'
import type { Permission, PolicyRole } from './permissions/permission.ts'
import { statementsOf } from './role-policy.ts'

/** A question to IAM's policy simulator: may these actions be done on these resources, in a request that looks so? */
export interface Demand {
  readonly actions: readonly string[]
  /** ARNs, or `*` alone. */
  readonly resources: readonly string[]
  /** Condition key → values. */
  readonly context: Readonly<Record<string, readonly string[]>>
}

interface Place {
  readonly cluster: string
  readonly region: string
  readonly account: string
  readonly partition: string
  /** Of the nodes' role, where one is made. */
  readonly iamPath: string
}

// What a run can do without says so itself; a plan has asked for the nodes' role before it comes here.
const OPTIONAL = /^(pricing|servicequotas):|^iam:(Simulate|GetPolicy|GetAccountSummary|GetRole$)/

/** What a run demands of the caller's policies, as the generated ones say it: one question a statement. */
export function demandsOf(
  roles: readonly PolicyRole[],
  { ownRole, place }: { ownRole: boolean; place: Place },
): Demand[] {
  const needed = (right: Permission) =>
    !OPTIONAL.test(right.action) && (ownRole || !right.resource.startsWith('iam::'))
  return roles.flatMap((role) =>
    statementsOf(permissions.filter(needed), role, place.partition).map(
      ({ Action, Resource, Condition }) => ({
        actions: Action,
        resources: Resource.map((pattern) => resourceLike(pattern, place)),
        context: contextOf(Condition),
      }),
    ),
  )
}

/** A resource of this cluster that a pattern of ours fits. */
function resourceLike(pattern: string, { cluster, region, account, iamPath }: Place): string {
  if (pattern === '*') return pattern
  const [arn, partition, service, regions, accounts, ...rest] = pattern.split(':')
  const resource = rest
    .join(':')
    .replace(`${OWN_PATH}rke2-*`, `${iamPath}rke2-*`)
    .replace(/rke2-\*$/, names.role(cluster, region))
    .replace(/parameter\/rke2-action\/\*$/, `parameter${names.token(cluster)}`)
    .replace(/^\*\/\*$/, 'instance/*')
  return [
    ...[arn, partition, service, regions === '*' ? region : regions],
    ...[accounts === '*' ? account : accounts, resource],
  ].join(':')
}

/** A request that meets a condition of ours. */
function contextOf(condition: Permission['condition'] = {}): Record<string, string[]> {
  const keys = Object.entries(condition).flatMap(([operator, wishes]) =>
    Object.entries(wishes).map(([key, wanted]): [string, string[]] => [
      key,
      operator === 'Null' ? ['simulated'] : [[wanted].flat()[0] ?? ''],
    ]),
  )
  return Object.fromEntries(keys)
}

/** The IAM entity whose policies judge a caller: a session's are its role's. */
export interface PolicySource {
  /** Of a role, as it is without a path: a session's ARN doesn't tell that. */
  readonly arn: string
  /** Name of the role. */
  readonly role?: string
}

/** Undefined for the account's root. */
export function policySource(callerArn: string): PolicySource | undefined {
  const session = /^(arn:[\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(callerArn)
  const [, partition, account, role] = session ?? []
  if (role) return { arn: `${partition}:iam::${account}:role/${role}`, role }
  return /:(user|role)\//.test(callerArn) ? { arn: callerArn } : undefined
}
