import { isDeepStrictEqual } from 'node:util'
import type { Pod, ReplicaSet } from '../kubernetes.ts'
import { builtin } from '../store/resources.ts'
import type { Control, Controller } from './controller.ts'
import { isActive, isOwnedBy, isReady, podFrom } from './pods.ts'

/** How many pods are missing, or which are too many: those without a node first, then not ready ones, then the newest. */
export function planReplicas(replicas: number, pods: readonly Pod[]): { missing: number; excess: Pod[] } {
  const rank = (pod: Pod) => (pod.spec.nodeName ? 2 : 0) + (isReady(pod) ? 1 : 0)
  const byWorth = [...pods].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''),
  )
  return {
    missing: Math.max(0, replicas - pods.length),
    excess: byWorth.slice(0, Math.max(0, pods.length - replicas)),
  }
}

function replicaSetStatus(set: ReplicaSet, pods: readonly Pod[]) {
  const ready = pods.filter(isReady).length
  return {
    replicas: pods.length,
    ...(pods.length > 0 && { fullyLabeledReplicas: pods.length }),
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    observedGeneration: set.metadata.generation,
  }
}

async function reconcileOne(control: Control, set: ReplicaSet, pods: readonly Pod[]) {
  const { missing, excess } = planReplicas(set.spec.replicas ?? 1, pods)
  if (!set.metadata.deletionTimestamp) {
    const fresh = Array.from({ length: missing }, () => podFrom(set.spec.template, set))
    await Promise.all(fresh.map((pod) => control.create(builtin('pods'), pod, set.metadata.namespace)))
    await Promise.all(excess.map((pod) => control.delete(builtin('pods'), pod)))
  }
  const status = replicaSetStatus(set, pods)
  if (isDeepStrictEqual(status, set.status)) return
  await control.update(builtin('replicasets'), set, (current) => ({ ...current, status }), 'status')
}

export const replicaSet: Controller = {
  name: 'replicaset-controller',
  watches: ['replicasets', 'pods'],
  async reconcile(control) {
    const pods = control.list<Pod>('pods').filter(isActive)
    for (const set of control.list<ReplicaSet>('replicasets'))
      await reconcileOne(
        control,
        set,
        pods.filter((pod) => isOwnedBy(pod, set)),
      )
    return undefined
  },
}
