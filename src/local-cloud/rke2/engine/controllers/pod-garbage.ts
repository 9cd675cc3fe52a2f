import type { NodeObject, Pod } from '../kubernetes.ts'
import { builtin } from '../store/resources.ts'
import type { Controller } from './controller.ts'

/** Removes pods of nodes that are no more: no kubelet will ever do it. */
export const podGarbage: Controller = {
  name: 'pod-garbage-collector-controller',
  watches: ['nodes', 'pods'],
  async reconcile({ list, delete: remove }) {
    const nodes = new Set(list<NodeObject>('nodes').map(({ metadata }) => metadata.name))
    const orphans = list<Pod>('pods').filter(({ spec }) => spec.nodeName && !nodes.has(spec.nodeName))
    for (const pod of orphans) await remove(builtin('pods'), pod, { gracePeriodSeconds: 0 })
    return undefined
  },
}
