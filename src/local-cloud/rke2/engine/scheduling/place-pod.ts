import type { NodeObject, Pod, PodAffinityTerm } from '../kubernetes.ts'
import { matchesSelector } from '../store/selectors.ts'
import { allowsNode } from './node-affinity.ts'
import { untolerated } from './tolerations.ts'

export type Placement = { node: string } | { unschedulable: string }

/** The kubelet's default; allocatable.pods says otherwise where it is set. */
const PODS_A_NODE = 110

const HINT = 'Preemption is not helpful for scheduling.'

/**
 * The node for a pod: of those that may take it, the one with the fewest pods of the same owner, then with the fewest pods.
 * Else why not, in the scheduler's words. Requests of cpu and memory are not looked at.
 */
export function placePod(pod: Pod, nodes: readonly NodeObject[], pods: readonly Pod[]): Placement {
  const placed = pods.filter(
    ({ spec, status }) => spec.nodeName && !/^(Succeeded|Failed)$/.test(status?.phase ?? ''),
  )
  const reasons = new Map<string, number>()
  const fitting: NodeObject[] = []
  for (const node of nodes) {
    const reason = obstacle(pod, node, nodes, placed)
    if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    else fitting.push(node)
  }
  const best = fitting.map((node) => ({ node, cost: costOf(pod, node, placed) })).sort(byCost)[0]
  return best ? { node: best.node.metadata.name } : { unschedulable: explain(nodes.length, reasons) }
}

const byCost = (
  a: { node: NodeObject; cost: readonly number[] },
  b: { node: NodeObject; cost: readonly number[] },
) => {
  const difference = a.cost.map((cost, index) => cost - (b.cost[index] ?? 0)).find((one) => one !== 0)
  return difference ?? (a.node.metadata.name < b.node.metadata.name ? -1 : 1)
}

/** `0/3 nodes are available: 1 node(s) …, 2 node(s) …. preemption: …` */
function explain(count: number, reasons: ReadonlyMap<string, number>): string {
  if (count === 0) return 'no nodes available to schedule pods'
  const said = [...reasons].map(([reason, times]) => `${times} ${reason}`).sort((a, b) => a.localeCompare(b))
  return `0/${count} nodes are available: ${said.join(', ')}. preemption: 0/${count} nodes are available: ${count} ${HINT}`
}

function obstacle(
  pod: Pod,
  node: NodeObject,
  nodes: readonly NodeObject[],
  placed: readonly Pod[],
): string | undefined {
  const { spec } = pod
  const here = placed.filter((other) => other.spec.nodeName === node.metadata.name)
  if (!allowsNode(spec, node)) return "node(s) didn't match Pod's node affinity/selector"
  const cordoned = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }
  if (node.spec?.unschedulable && untolerated(spec.tolerations, [cordoned], ['NoSchedule']))
    return 'node(s) were unschedulable'
  if (untolerated(spec.tolerations, node.spec?.taints, ['NoSchedule', 'NoExecute']))
    return 'node(s) had untolerated taint(s)'
  if (here.length >= Number(node.status?.allocatable?.['pods'] ?? PODS_A_NODE)) return 'Too many pods'
  return affinityObstacle(pod, node, nodes, placed)
}

function affinityObstacle(pod: Pod, node: NodeObject, nodes: readonly NodeObject[], placed: readonly Pod[]) {
  const { podAntiAffinity } = pod.spec.affinity ?? {}
  const nearby = (term: PodAffinityTerm) =>
    placed.filter(
      (other) => selects(term, pod, other) && shareDomain(nodes, node, other.spec.nodeName, term.topologyKey),
    )
  const repelled = podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  if (repelled.some((term) => nearby(term).length > 0)) return "node(s) didn't match pod anti-affinity rules"
  const repels = (other: Pod) =>
    other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.some(
      (term) => selects(term, other, pod) && shareDomain(nodes, node, other.spec.nodeName, term.topologyKey),
    )
  if (placed.some((other) => repels(other))) return "node(s) didn't satisfy existing pods anti-affinity rules"
  return undefined
}

function shareDomain(
  nodes: readonly NodeObject[],
  node: NodeObject,
  other: string | undefined,
  topologyKey: string,
): boolean {
  const domain = node.metadata.labels?.[topologyKey]
  const theirs = nodes.find(({ metadata }) => metadata.name === other)?.metadata.labels?.[topologyKey]
  return domain !== undefined && domain === theirs
}

/** Whether an affinity term of `owner` speaks of `other`. */
function selects(term: PodAffinityTerm, owner: Pod, other: Pod): boolean {
  const namespaces = term.namespaces?.length ? term.namespaces : [owner.metadata.namespace]
  return (
    namespaces.includes(other.metadata.namespace) &&
    matchesSelector(other.metadata.labels ?? {}, term.labelSelector)
  )
}

function costOf(pod: Pod, node: NodeObject, placed: readonly Pod[]): readonly number[] {
  const here = placed.filter(({ spec }) => spec.nodeName === node.metadata.name)
  const owner = pod.metadata.ownerReferences?.[0]?.uid
  const siblings = owner
    ? here.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === owner))
    : []
  const softTaints = (node.spec?.taints ?? []).filter(
    (taint) => untolerated(pod.spec.tolerations, [taint], ['PreferNoSchedule']) !== undefined,
  )
  return [softTaints.length, siblings.length, here.length]
}
