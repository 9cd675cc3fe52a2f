import type { Controller } from './controllers/controller.ts'
import type { NodeObject, Pod } from './kubernetes.ts'
import { placePod } from './scheduling/place-pod.ts'
import { boundPod } from './store/bound-pod.ts'
import { withCondition } from './store/conditions.ts'
import { timestamp } from './store/objects.ts'
import { builtin } from './store/resources.ts'

const isWaiting = ({ spec, metadata, status }: Pod) =>
  !spec.nodeName &&
  !metadata.deletionTimestamp &&
  status?.phase === 'Pending' &&
  (spec.schedulerName ?? 'default-scheduler') === 'default-scheduler'

function unschedulable(pod: Pod, message: string): Pod {
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const
  return {
    ...pod,
    status: {
      ...pod.status,
      conditions: withCondition(pod.status?.conditions ?? [], condition, timestamp()),
    },
  }
}

const reasonOf = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message

/** Gives waiting pods a node, the oldest first, or says why none will do. */
export const scheduler: Controller = {
  name: 'scheduler',
  watches: ['pods', 'nodes'],
  async reconcile({ list, update, event }) {
    const nodes = list<NodeObject>('nodes')
    const pods = list<Pod>('pods')
    const born = ({ metadata }: Pod) => metadata.creationTimestamp ?? ''
    for (const pod of pods.filter(isWaiting).sort((a, b) => born(a).localeCompare(born(b)))) {
      const placement = placePod(pod, nodes, pods)
      if ('node' in placement) {
        await update(
          builtin('pods'),
          pod,
          (current) => boundPod(current as Pod, placement.node, timestamp()),
          'binding',
        )
        pods[pods.indexOf(pod)] = { ...pod, spec: { ...pod.spec, nodeName: placement.node } }
        const name = `${pod.metadata.namespace}/${pod.metadata.name}`
        await event(pod, 'Normal', 'Scheduled', `Successfully assigned ${name} to ${placement.node}`)
      } else if (reasonOf(pod) !== placement.unschedulable) {
        await update(
          builtin('pods'),
          pod,
          (current) => unschedulable(current as Pod, placement.unschedulable),
          'status',
        )
        await event(pod, 'Warning', 'FailedScheduling', placement.unschedulable)
      }
    }
    return undefined
  },
}
