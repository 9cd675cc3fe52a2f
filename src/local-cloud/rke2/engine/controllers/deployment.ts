import { isDeepStrictEqual } from 'node:util'
import type { Deployment, ReplicaSet } from '../kubernetes.ts'
import { timestamp } from '../store/objects.ts'
import { builtin } from '../store/resources.ts'
import type { Control, Controller } from './controller.ts'
import { deploymentStatus } from './deployment-status.ts'
import { planRollout, rolloutLimits, type Scale } from './plan-rollout.ts'
import { isOwnedBy, ownerOf, templateHash } from './pods.ts'

const HASH = 'pod-template-hash'
const REVISION = 'deployment.kubernetes.io/revision'

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
  const { replicas = 1, template } = deployment.spec
  const fresh = next ? scaleOf(next) : { wanted: 0, available: 0 }
  const plan = planRollout(replicas, rolloutLimits(deployment), fresh, old.map(scaleOf))
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
  if (!deployment.metadata.deletionTimestamp) await rollOut(control, deployment, next, old)
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
