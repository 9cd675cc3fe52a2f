import {
  type ContextEntry,
  type EvaluationResult,
  GetRoleCommand,
  type IAMClient,
  paginateSimulateCustomPolicy,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam'
import type { Demand } from '../cluster/simulation.ts'
import { unless } from './errors.ts'

/** An action that would be refused, and on what. */
interface Denied {
  readonly action: string
  readonly resource: string
  /** Whether it was a permissions boundary that did not allow it. */
  readonly byBoundary: boolean
}

/** With its path; undefined where the caller may not look. */
export async function arnOfRole(iam: IAMClient, name: string): Promise<string | undefined> {
  const found = await unless(['AccessDenied'], iam.send(new GetRoleCommand({ RoleName: name })))
  return found?.Role?.Arn
}

/** A denial that may be none: it hangs on condition keys that the question gave no values for. */
interface Unclear {
  readonly action: string
  readonly keys: readonly string[]
}

export interface Verdict {
  readonly denied: readonly Denied[]
  readonly unclear: readonly Unclear[]
}

/** What a user or role may not do of this, boundaries and organization policies included. `source` is its ARN. */
export async function verdictOn(iam: IAMClient, source: string, demand: Demand): Promise<Verdict> {
  const question = { PolicySourceArn: source, ...inAwsWords(demand) }
  const results: EvaluationResult[] = []
  for await (const page of paginateSimulatePrincipalPolicy({ client: iam }, question))
    results.push(...(page.EvaluationResults ?? []))
  return verdictOf(results)
}

/** What a role of this policy could not do of this within a boundary; both are documents. */
export async function verdictWithin(
  iam: IAMClient,
  { policy, boundary }: { policy: string; boundary: string },
  demand: Demand,
): Promise<Verdict> {
  const question = {
    PolicyInputList: [policy],
    PermissionsBoundaryPolicyInputList: [boundary],
    ...inAwsWords(demand),
  }
  const results: EvaluationResult[] = []
  for await (const page of paginateSimulateCustomPolicy({ client: iam }, question))
    results.push(...(page.EvaluationResults ?? []))
  return verdictOf(results)
}

const inAwsWords = ({ actions, resources, context }: Demand) => ({
  ActionNames: [...actions],
  ResourceArns: [...resources],
  ContextEntries: Object.entries(context).map(
    ([ContextKeyName, ContextKeyValues]): ContextEntry => ({
      ContextKeyName,
      ContextKeyValues: [...ContextKeyValues],
      ContextKeyType: ContextKeyName === 'aws:TagKeys' ? 'stringList' : 'string',
    }),
  ),
})

/**
 * What the simulator's answers come to. Where a statement has conditions on keys that it was given no values for, it says
 * "implicitly denied", names them, and means that it can't tell.
 */
export function verdictOf(results: readonly EvaluationResult[]): Verdict {
  const refused = results.flatMap(decisionsOf).filter(({ decision }) => decision !== 'allowed')
  const isUnclear = ({ decision, keys }: Decision) => decision !== 'explicitDeny' && keys.length > 0
  return {
    denied: refused
      .filter((one) => !isUnclear(one))
      .map(({ action, resource, byBoundary }) => ({ action, resource, byBoundary })),
    unclear: refused.filter(isUnclear).map(({ action, keys }) => ({ action, keys })),
  }
}

interface Decision extends Denied {
  readonly decision: string | undefined
  readonly keys: readonly string[]
}

/** One for each resource. Where several were asked about, the keys that are missing stand with each of them. */
function decisionsOf(result: EvaluationResult): Decision[] {
  const { EvalActionName: action = '', EvalResourceName: resource = '*' } = result
  const byBoundary = result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false
  const keys = result.MissingContextValues ?? []
  if (!result.ResourceSpecificResults?.length)
    return [{ action, resource, byBoundary, keys, decision: result.EvalDecision }]
  return result.ResourceSpecificResults.map((one) => ({
    action,
    resource: one.EvalResourceName ?? resource,
    byBoundary,
    keys: [...new Set([...keys, ...(one.MissingContextValues ?? [])])],
    decision: one.EvalResourceDecision,
  }))
}
