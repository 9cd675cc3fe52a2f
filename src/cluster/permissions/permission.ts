/**
 * What a workflow takes roles on for, each with a policy of its own. The policy `network` comes on top of that of `deploy`,
 * and `kubernetes`, of one cluster, on top of that of `teardown` or `sweep`.
 */
export const POLICY_ROLES = ['deploy', 'network', 'verify', 'teardown', 'sweep', 'kubernetes'] as const
export type PolicyRole = (typeof POLICY_ROLES)[number]

/** Operator → key → values, as in a policy's `Condition`. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** A right that the actions need: one action on one kind of resource. */
export interface Permission {
  /** As in a policy: `ec2:RunInstances`. */
  readonly action: string
  readonly roles: readonly PolicyRole[]
  /** Without `arn:<partition>:`, or `*` where the action knows no resources. */
  readonly resource: string
  readonly condition?: Condition
  readonly why: string
}
