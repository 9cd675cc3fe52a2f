import type { Condition } from '../kubernetes.ts'

/** The conditions with `next` in place of its type; lastTransitionTime moves only when the status does. */
export function withCondition(conditions: readonly Condition[], next: Condition, now: string): Condition[] {
  const before = conditions.find(({ type }) => type === next.type)
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : now
  const condition = { ...next, lastTransitionTime }
  if (!before) return [...conditions, condition]
  return conditions.map((one) => (one === before ? condition : one))
}

/** The condition of a type, if its status is True. */
export const holds = (conditions: readonly Condition[] | undefined, type: string) =>
  conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
