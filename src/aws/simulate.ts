import {
  type ContextEntry,
  type EvaluationResult,
  GetRoleCommand,
  type IAMClient,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import type { Demand } from '../cluster/simulation.ts'
import { unless } from './errors.ts'

/** An action that would be refused, and on what. */
export interface Denied {
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

/** What a user or role may not do of this, boundaries and organization policies included. `source` is its ARN. */
export async function deniedTo(iam: IAMClient, source: string, demand: Demand): Promise<Denied[]> {
  const { EvaluationResults } = await iam.send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: source, ...inAwsWords(demand) }),
  )
  return deniedIn(EvaluationResults)
}

/** What a role of this policy could not do of this within a boundary; both are documents. */
export async function deniedWithin(
  iam: IAMClient,
  { policy, boundary }: { policy: string; boundary: string },
  demand: Demand,
): Promise<Denied[]> {
  const { EvaluationResults } = await iam.send(
    new SimulateCustomPolicyCommand({
      PolicyInputList: [policy],
      PermissionsBoundaryPolicyInputList: [boundary],
      ...inAwsWords(demand),
    }),
  )
  return deniedIn(EvaluationResults)
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

const deniedIn = (results: readonly EvaluationResult[] = []): Denied[] =>
  results.flatMap((result) => {
    const { EvalActionName: action = '', EvalResourceName: resource = '*' } = result
    const byBoundary = result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false
    const single = [{ EvalResourceName: resource, EvalResourceDecision: result.EvalDecision }]
    const each = result.ResourceSpecificResults?.length ? result.ResourceSpecificResults : single
    return each
      .filter(({ EvalResourceDecision: decision }) => decision !== 'allowed')
      .map(({ EvalResourceName: on = resource }) => ({ action, resource: on, byBoundary }))
  })
