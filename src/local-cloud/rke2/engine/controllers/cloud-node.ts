import type { NodeObject } from '../kubernetes.ts'
import { builtin } from '../store/resources.ts'
import type { Controller } from './controller.ts'

const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized'
const TYPE = { 'node.kubernetes.io/instance-type': 'rke2', 'beta.kubernetes.io/instance-type': 'rke2' }

/** The node as RKE2's embedded cloud provider leaves it: a provider id, an instance type, and free of the taint that awaited both. */
export function initialized(node: NodeObject): NodeObject {
  const taints = node.spec?.taints?.filter(({ key }) => key !== UNINITIALIZED)
  return {
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...TYPE } },
    spec: {
      ...node.spec,
      providerID: `rke2://${node.metadata.name}`,
      taints: taints?.length ? taints : undefined,
    },
  }
}

export const cloudNode: Controller = {
  name: 'cloud-node-controller',
  watches: ['nodes'],
  async reconcile({ list, update }) {
    const waiting = list<NodeObject>('nodes').filter(
      ({ spec }) => spec?.taints?.some(({ key }) => key === UNINITIALIZED) || !spec?.providerID,
    )
    for (const node of waiting)
      await update(builtin('nodes'), node, (current) => initialized(current as NodeObject))
    return undefined
  },
}
