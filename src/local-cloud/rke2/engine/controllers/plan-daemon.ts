import type { DaemonSet, NodeObject, Pod, PodSpec, Toleration } from '../kubernetes.ts'
import { allowsNode } from '../scheduling/node-affinity.ts'
import { untolerated } from '../scheduling/tolerations.ts'
import { absolute, isActive, isReady, podFrom, templateHash } from './pods.ts'

const HASH = 'controller-revision-hash'

const exists = (key: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect,
})

/** What every daemon pod tolerates, so that it runs where others can't yet (AddOrUpdateDaemonPodTolerations). */
const DAEMON_TOLERATIONS = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
]

function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const added = hostNetwork
    ? [...DAEMON_TOLERATIONS, exists('network-unavailable', 'NoSchedule')]
    : DAEMON_TOLERATIONS
  const missing = added.filter(
    (one) =>
      !tolerations.some(
        (given) => given.key === one.key && given.effect === one.effect && given.operator === 'Exists',
      ),
  )
  return [...tolerations, ...missing]
}

/** Whether a daemon's pod should be started on a node, and whether one that runs there may stay. */
function daemonBelongs({ spec }: DaemonSet, node: NodeObject): { run: boolean; stay: boolean } {
  const podSpec = spec.template.spec
  if (!allowsNode(podSpec, node)) return { run: false, stay: false }
  const tolerations = daemonTolerations(podSpec)
  const { taints } = node.spec ?? {}
  return {
    run: !untolerated(tolerations, taints, ['NoSchedule', 'NoExecute']),
    stay: !untolerated(tolerations, taints, ['NoExecute']),
  }
}

/** The pod of a daemon for one node: bound to it by affinity, so that the scheduler has the last word. */
export function daemonPod(set: DaemonSet, node: string): Pod {
  const pod = podFrom(set.spec.template, set, { [HASH]: templateHash(set.spec.template) })
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }]
  const { affinity } = pod.spec
  return {
    ...pod,
    spec: {
      ...pod.spec,
      tolerations: daemonTolerations(pod.spec),
      affinity: {
        ...affinity,
        nodeAffinity: {
          ...affinity?.nodeAffinity,
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
        },
      },
    },
  }
}

/** The node a daemon's pod is on, or meant for. */
const nodeOf = ({ spec }: Pod): string | undefined =>
  spec.nodeName ??
  spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]
    ?.matchFields?.[0]?.values?.[0]

export interface DaemonPlan {
  create: string[]
  remove: Pod[]
}

/** Which nodes lack a pod and which pods have to go: misplaced, failed or doubled ones, and outdated ones as the update allows. */
export function planDaemon(set: DaemonSet, nodes: readonly NodeObject[], pods: readonly Pod[]): DaemonPlan {
  const plan: DaemonPlan = { create: [], remove: [] }
  const known = new Set(nodes.map(({ metadata }) => metadata.name))
  for (const node of nodes) {
    const { name } = node.metadata
    const here = pods.filter((pod) => nodeOf(pod) === name)
    const { run, stay } = daemonBelongs(set, node)
    const living = here.filter(isActive)
    plan.remove.push(
      ...here.filter(({ status, metadata }) => status?.phase === 'Failed' && !metadata.deletionTimestamp),
    )
    if (
      run &&
      here.every(({ status, metadata }) => status?.phase === 'Failed' && !metadata.deletionTimestamp)
    )
      plan.create.push(name)
    plan.remove.push(...(stay ? living.slice(1) : living))
  }
  plan.remove.push(...pods.filter((pod) => isActive(pod) && !known.has(nodeOf(pod) ?? '')))
  plan.remove.push(...outdated(set, nodes, pods, plan.remove))
  return plan
}

function outdated(
  set: DaemonSet,
  nodes: readonly NodeObject[],
  pods: readonly Pod[],
  leaving: readonly Pod[],
): Pod[] {
  const { updateStrategy, template } = set.spec
  const places = nodes.filter((node) => daemonBelongs(set, node).run).map(({ metadata }) => metadata.name)
  const most = Math.max(
    1,
    absolute(updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, places.length, Math.ceil),
  )
  const hash = templateHash(template)
  const staying = pods.filter((pod) => isActive(pod) && !leaving.includes(pod))
  const old = staying.filter(({ metadata }) => metadata.labels?.[HASH] !== hash)
  // An old pod that does not serve anyway costs nothing.
  const idle = old.filter((pod) => !isReady(pod))
  const missing = places.filter(
    (place) => !staying.some((pod) => nodeOf(pod) === place && (isReady(pod) || idle.includes(pod))),
  )
  const budget = Math.max(0, most - missing.length - idle.length)
  return [...idle, ...old.filter(isReady).slice(0, budget)]
}

export function daemonStatus(set: DaemonSet, nodes: readonly NodeObject[], pods: readonly Pod[]) {
  const hash = templateHash(set.spec.template)
  const belongs = new Set(
    nodes.filter((node) => daemonBelongs(set, node).run).map(({ metadata }) => metadata.name),
  )
  const placed = pods.filter(isActive).filter(({ spec }) => spec.nodeName)
  const right = placed.filter(({ spec }) => belongs.has(spec.nodeName ?? ''))
  const ready = right.filter(isReady).length
  const missing = belongs.size - ready
  return {
    currentNumberScheduled: right.length,
    numberMisscheduled: placed.length - right.length,
    desiredNumberScheduled: belongs.size,
    numberReady: ready,
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: right.filter(({ metadata }) => metadata.labels?.[HASH] === hash).length,
    ...(ready > 0 && { numberAvailable: ready }),
    ...(missing > 0 && { numberUnavailable: missing }),
  }
}
