import type { Taint, Toleration } from '../kubernetes.ts'

/** Whether one toleration covers a taint: an empty key with Exists covers all, an empty effect every effect. */
export function covers({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false
  if (!key) return operator === 'Exists'
  if (key !== taint.key) return false
  return operator === 'Exists' || value === (taint.value ?? '')
}

/** The first taint, of those with one of the effects, that nothing tolerates. */
export function untolerated(
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[] | undefined,
  effects: readonly string[],
): Taint | undefined {
  return taints?.find(
    (taint) =>
      effects.includes(taint.effect) && !tolerations?.some((toleration) => covers(toleration, taint)),
  )
}

/** Seconds a pod may stay beside these NoExecute taints: 0 when one is not tolerated, undefined when it may stay for good. */
export function secondsUntilEviction(
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[],
): number | undefined {
  const executing = taints.filter(({ effect }) => effect === 'NoExecute')
  if (untolerated(tolerations, executing, ['NoExecute'])) return 0
  const limits = executing.flatMap((taint) =>
    (tolerations ?? [])
      .filter((toleration) => covers(toleration, taint) && toleration.tolerationSeconds !== undefined)
      .map(({ tolerationSeconds = 0 }) => Math.max(0, tolerationSeconds)),
  )
  return limits.length > 0 ? Math.min(...limits) : undefined
}
