import type { Plan } from '../phases/plan/plan-cluster.ts'

/** What would stop a run, as far as it could be asked, a sentence each. */
export function obstaclesOf({
  quotas: asked,
  calls,
  rights,
  strangers,
}: Pick<Plan, 'quotas' | 'calls' | 'rights' | 'strangers'>): string[] {
  const quotas = 'quotas' in asked ? asked.quotas.filter(({ passed }) => passed) : []
  const denied = 'denied' in rights ? rights.denied : []
  return [
    ...strangers,
    ...denied.map(
      ({ action, resource, byBoundary }) =>
        `${action} on ${resource} is not allowed${byBoundary ? ' by the permissions boundary' : ''}, says IAM’s simulator`,
    ),
    ...calls.filter(({ refusal }) => refusal).map(({ call, refusal }) => `${call} is refused: ${refusal}`),
    ...quotas.map(
      ({ name, value, used, needed, serviceCode, code, instead }) =>
        `${name}: ${used} of ${value} are in use and ${needed} more are needed; ask for more in Service Quotas (${serviceCode}, ${code}), or ${instead}`,
    ),
  ]
}
