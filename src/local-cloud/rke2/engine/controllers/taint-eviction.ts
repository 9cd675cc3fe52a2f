import type { NodeObject, Pod, Taint } from '../kubernetes.ts'
import { secondsUntilEviction } from '../scheduling/tolerations.ts'
import { builtin } from '../store/resources.ts'
import type { Controller } from './controller.ts'

/** When a pod has to leave its node for the node's NoExecute taints: milliseconds since the epoch, undefined for never. */
function evictionTime(pod: Pod, taints: readonly Taint[], speed: number): number | undefined {
  const executing = taints.filter(({ effect }) => effect === 'NoExecute')
  if (executing.length === 0) return undefined
  const seconds = secondsUntilEviction(pod.spec.tolerations, executing)
  if (seconds === undefined) return undefined
  const added = executing.map(({ timeAdded }) => (timeAdded ? Date.parse(timeAdded) : 0))
  return Math.max(...added) + (seconds * 1000) / speed
}

/** Takes pods off nodes whose NoExecute taints they don't tolerate, or not for ever. */
export const taintEviction: Controller = {
  name: 'taint-eviction-controller',
  watches: ['nodes', 'pods'],
  async reconcile({ config, list, delete: remove, event }) {
    const taints = new Map(
      list<NodeObject>('nodes').map(({ metadata, spec }) => [metadata.name, spec?.taints ?? []]),
    )
    let next = Number.POSITIVE_INFINITY
    for (const pod of list<Pod>('pods')) {
      if (pod.metadata.deletionTimestamp) continue
      const at = evictionTime(pod, taints.get(pod.spec.nodeName ?? '') ?? [], config.speed)
      if (at === undefined) continue
      if (at > Date.now()) next = Math.min(next, at - Date.now())
      else {
        await event(
          pod,
          'Normal',
          'TaintManagerEviction',
          `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
        )
        await remove(builtin('pods'), pod)
      }
    }
    return Number.isFinite(next) ? next : undefined
  },
}
