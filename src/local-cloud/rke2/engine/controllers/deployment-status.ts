import type { Condition, Deployment, ReplicaSet } from '../kubernetes.ts'
import { withCondition } from '../store/conditions.ts'
import { rolloutLimits } from './plan-rollout.ts'

const count = (sets: readonly ReplicaSet[], field: 'replicas' | 'readyReplicas' | 'availableReplicas') =>
  sets.reduce((total, { status }) => total + (status?.[field] ?? 0), 0)

export function deploymentStatus(
  deployment: Deployment,
  next: ReplicaSet | undefined,
  sets: readonly ReplicaSet[],
  now: string,
) {
  const { replicas = 1 } = deployment.spec
  const { unavailable } = rolloutLimits(deployment)
  const numbers = {
    replicas: count(sets, 'replicas'),
    updatedReplicas: next ? count([next], 'replicas') : 0,
    readyReplicas: count(sets, 'readyReplicas'),
    availableReplicas: count(sets, 'availableReplicas'),
    unavailableReplicas: Math.max(
      0,
      Math.max(replicas, count(sets, 'replicas')) - count(sets, 'availableReplicas'),
    ),
  }
  const isAvailable = numbers.availableReplicas >= replicas - unavailable
  const isComplete =
    numbers.updatedReplicas === replicas &&
    numbers.replicas === replicas &&
    numbers.availableReplicas >= replicas
  const conditions = [
    available(isAvailable),
    progressing(isComplete, next?.metadata.name ?? deployment.metadata.name),
  ].reduce((list, condition) => withCondition(list, condition, now), deployment.status?.conditions ?? [])
  const shown = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value > 0))
  return { observedGeneration: deployment.metadata.generation, ...shown, conditions }
}

const available = (yes: boolean): Condition => ({
  type: 'Available',
  status: yes ? 'True' : 'False',
  reason: yes ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
  message: yes ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
})

const progressing = (isComplete: boolean, set: string): Condition => ({
  type: 'Progressing',
  status: 'True',
  reason: isComplete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
  message: `ReplicaSet "${set}" ${isComplete ? 'has successfully progressed' : 'is progressing'}.`,
})
