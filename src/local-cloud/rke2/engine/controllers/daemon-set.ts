import { isDeepStrictEqual } from 'node:util'
import type { DaemonSet, NodeObject, Pod } from '../kubernetes.ts'
import { builtin } from '../store/resources.ts'
import type { Control, Controller } from './controller.ts'
import { daemonPod, daemonStatus, planDaemon } from './plan-daemon.ts'
import { isOwnedBy } from './pods.ts'

async function reconcileOne(
  control: Control,
  set: DaemonSet,
  nodes: readonly NodeObject[],
  pods: readonly Pod[],
) {
  if (!set.metadata.deletionTimestamp) {
    const plan = planDaemon(set, nodes, pods)
    await Promise.all(
      plan.create.map((node) =>
        control.create(builtin('pods'), daemonPod(set, node), set.metadata.namespace),
      ),
    )
    await Promise.all(plan.remove.map((pod) => control.delete(builtin('pods'), pod)))
  }
  const status = daemonStatus(set, nodes, pods)
  if (isDeepStrictEqual(status, set.status)) return
  await control.update(builtin('daemonsets'), set, (current) => ({ ...current, status }), 'status')
}

export const daemonSet: Controller = {
  name: 'daemonset-controller',
  watches: ['daemonsets', 'nodes', 'pods'],
  async reconcile(control) {
    const nodes = control.list<NodeObject>('nodes')
    const pods = control.list<Pod>('pods')
    for (const set of control.list<DaemonSet>('daemonsets'))
      await reconcileOne(
        control,
        set,
        nodes,
        pods.filter((pod) => isOwnedBy(pod, set)),
      )
    return undefined
  },
}
