import type { Deployment } from '../kubernetes.ts'
import { absolute } from './pods.ts'

export interface Scale {
  /** Replicas asked of the set now. */
  wanted: number
  available: number
}

const sum = (scales: readonly Scale[], field: keyof Scale) =>
  scales.reduce((total, scale) => total + scale[field], 0)

/** How far a rollout may go above and below the number of replicas. Never nowhere: then one may be missing. */
export function rolloutLimits(deployment: Deployment): { surge: number; unavailable: number } {
  const { replicas = 1, strategy } = deployment.spec
  const surge = absolute(strategy?.rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil)
  const unavailable = absolute(strategy?.rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor)
  return surge + unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

/** The next step of a rolling update: replicas of the new set and of the old ones, in their order. */
export function planRollout(
  replicas: number,
  { surge, unavailable }: { surge: number; unavailable: number },
  next: Scale,
  old: readonly Scale[],
): { next: number; old: number[] } {
  const total = next.wanted + sum(old, 'wanted')
  const room = Math.max(0, replicas + surge - total)
  const grown = next.wanted > replicas ? replicas : Math.min(replicas, next.wanted + room)
  const leastAvailable = replicas - unavailable
  const pendingNew = Math.max(0, grown - next.available)
  let mayGo = Math.max(0, sum(old, 'wanted') + grown - leastAvailable - pendingNew)
  // Old replicas that are not available serve nobody, so they go first.
  const withoutIdle = old.map(({ wanted, available }) => {
    const dropped = Math.min(mayGo, Math.max(0, wanted - available))
    mayGo -= dropped
    return wanted - dropped
  })
  let spare = Math.min(mayGo, Math.max(0, next.available + sum(old, 'available') - leastAvailable))
  const shrunk = withoutIdle.map((wanted) => {
    const dropped = Math.min(spare, wanted)
    spare -= dropped
    return wanted - dropped
  })
  return { next: grown, old: shrunk }
}
