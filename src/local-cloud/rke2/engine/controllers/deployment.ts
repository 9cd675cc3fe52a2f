import { isDeepStrictEqual } from 'node:util'
import type { Condition, Deployment, ReplicaSet } from '../kubernetes.ts'
import { withCondition } from '../store/conditions.ts'
import { timestamp } from '../store/objects.ts'
import { builtin } from '../store/resources.ts'
import type { Control, Controller } from './controller.ts'
import { absolute, isOwnedBy, ownerOf, templateHash } from './pods.ts'

const HASH = 'pod-template-hash'
const REVISION = 'deployment.kubernetes.io/revision'

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

const revisionOf = ({ metadata }: ReplicaSet) => Number(metadata.annotations?.[REVISION] ?? 0)

function newSet(deployment: Deployment, hash: string, revision: number, replicas: number): ReplicaSet {
  const { selector, template } = deployment.spec
  const labels = { ...template.metadata?.labels, [HASH]: hash }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      labels,
      annotations: { [REVISION]: String(revision) },
      ownerReferences: [ownerOf(deployment)],
    },
    spec: {
      replicas,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
}

const scaleOf = ({ spec, status }: ReplicaSet): Scale => ({
  wanted: spec.replicas ?? 1,
  available: status?.availableReplicas ?? 0,
})

async function rollOut(
  control: Control,
  deployment: Deployment,
  next: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
) {
  const { replicas = 1, strategy, template } = deployment.spec
  const recreates = strategy?.type === 'Recreate'
  const plan = recreates
    ? { next: old.some(({ status }) => status?.replicas) ? 0 : replicas, old: old.map(() => 0) }
    : planRollout(
        replicas,
        rolloutLimits(deployment),
        next ? scaleOf(next) : { wanted: 0, available: 0 },
        old.map(scaleOf),
      )
  if (!next) {
    const revision = Math.max(0, ...old.map(revisionOf)) + 1
    const made = newSet(deployment, templateHash(template), revision, plan.next)
    await control.create(builtin('replicasets'), made, deployment.metadata.namespace)
  } else await scale(control, next, plan.next)
  for (const [index, set] of old.entries()) await scale(control, set, plan.old[index] ?? 0)
}

async function scale(control: Control, set: ReplicaSet, replicas: number) {
  if (set.spec.replicas === replicas) return
  await control.update(builtin('replicasets'), set, (current) => ({
    ...current,
    spec: { ...(current as ReplicaSet).spec, replicas },
  }))
}

async function reconcileOne(control: Control, deployment: Deployment, sets: readonly ReplicaSet[]) {
  const hash = templateHash(deployment.spec.template)
  const next = sets.find(({ metadata }) => metadata.labels?.[HASH] === hash)
  const old = sets.filter((set) => set !== next).sort((a, b) => revisionOf(a) - revisionOf(b))
  if (!deployment.metadata.deletionTimestamp && !deployment.spec.paused)
    await rollOut(control, deployment, next, old)
  const status = deploymentStatus(deployment, next, sets, timestamp())
  if (isDeepStrictEqual(status, deployment.status)) return
  await control.update(builtin('deployments'), deployment, (current) => ({ ...current, status }), 'status')
}

export const deployment: Controller = {
  name: 'deployment-controller',
  watches: ['deployments', 'replicasets'],
  async reconcile(control) {
    const sets = control.list<ReplicaSet>('replicasets')
    for (const one of control.list<Deployment>('deployments'))
      await reconcileOne(
        control,
        one,
        sets.filter((set) => isOwnedBy(set, one)),
      )
    return undefined
  },
}
