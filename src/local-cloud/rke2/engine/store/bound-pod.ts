import type { Pod } from '../kubernetes.ts'
import { conflict } from './api-error.ts'
import { withCondition } from './conditions.ts'
import { builtin } from './resources.ts'

/** The pod once it has a node. @throws ApiError 409 when it has one already. */
export function boundPod(pod: Pod, node: string, now: string): Pod {
  const { name } = pod.metadata
  if (pod.spec.nodeName)
    throw conflict(builtin('pods'), name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`)
  const conditions = withCondition(
    pod.status?.conditions ?? [],
    { type: 'PodScheduled', status: 'True' },
    now,
  )
  return { ...pod, spec: { ...pod.spec, nodeName: node }, status: { ...pod.status, conditions } }
}
