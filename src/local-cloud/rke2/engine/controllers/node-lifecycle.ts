import { isDeepStrictEqual } from 'node:util'
import type { Condition, Lease, NodeObject, Pod, Taint } from '../kubernetes.ts'
import { withCondition } from '../store/conditions.ts'
import { timestamp } from '../store/objects.ts'
import { builtin } from '../store/resources.ts'
import type { Control, Controller } from './controller.ts'

/** What a silent kubelet no longer vouches for. */
const VOUCHED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']
const SILENT = { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }

const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'
const CONDITION_TAINTS: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
}
const OURS = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...Object.values(CONDITION_TAINTS)])

/** Kubernetes' --node-monitor-grace-period (50 s since 1.32) and --node-monitor-period (5 s), with floors for a busy machine. */
const monitorTiming = (speed: number) => ({
  graceMs: Math.max(50_000 / speed, 6_000),
  periodMs: Math.max(5_000 / speed, 1_000),
})

/** The conditions of a node whose kubelet has fallen silent. */
export function silentConditions(conditions: readonly Condition[], now: string): Condition[] {
  return VOUCHED.reduce<Condition[]>(
    (list, type) => {
      const before = list.find((condition) => condition.type === type)
      if (before?.status === 'Unknown') return list
      return withCondition(list, { ...before, type, status: 'Unknown', ...SILENT }, now)
    },
    [...conditions],
  )
}

/** The taints a node should have: others' as they are, ours by its conditions. A taint that stays keeps its time. */
export function lifecycleTaints({ spec, status }: NodeObject, now: string): Taint[] {
  const present = spec?.taints ?? []
  const state = (type: string) => status?.conditions?.find((condition) => condition.type === type)?.status
  const ready = state('Ready')
  const gone = ready === 'True' ? undefined : ready === 'Unknown' ? UNREACHABLE : NOT_READY
  const keys = Object.entries(CONDITION_TAINTS).filter(([type]) => state(type) === 'True')
  const wanted: Taint[] = [
    ...(gone
      ? [
          { key: gone, effect: 'NoSchedule' },
          { key: gone, effect: 'NoExecute' },
        ]
      : []),
    ...keys.map(([, key]) => ({ key, effect: 'NoSchedule' })),
    ...(spec?.unschedulable ? [{ key: UNSCHEDULABLE, effect: 'NoSchedule' }] : []),
  ]
  const kept = (taint: Taint) =>
    present.find(({ key, effect }) => key === taint.key && effect === taint.effect)
  return [
    ...present.filter(({ key }) => !OURS.has(key)),
    ...wanted.map((taint) => kept(taint) ?? { ...taint, timeAdded: now }),
  ]
}

/** Watches over the kubelets: marks nodes that fell silent, and taints nodes by their conditions. */
export function createNodeLifecycle(): Controller {
  const heard = new Map<string, { beat: string; at: number }>()

  const silentMs = (node: NodeObject, leases: ReadonlyMap<string, string>): number => {
    const { name } = node.metadata
    const status = node.status?.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime
    const beat = `${leases.get(name)} ${status}`
    const last = heard.get(name)
    if (last?.beat === beat) return performance.now() - last.at
    heard.set(name, { beat, at: performance.now() })
    return 0
  }

  return {
    name: 'node-lifecycle-controller',
    watches: ['nodes'],
    async reconcile(control) {
      const { graceMs, periodMs } = monitorTiming(control.config.speed)
      const leases = new Map(
        control
          .list<Lease>('leases', 'kube-node-lease')
          .map(({ metadata, spec }) => [metadata.name, spec?.renewTime ?? '']),
      )
      for (const node of control.list<NodeObject>('nodes')) {
        if (silentMs(node, leases) > graceMs) await markSilent(control, node)
        else await taint(control, node)
      }
      return periodMs
    },
  }
}

async function markSilent(control: Control, node: NodeObject) {
  const next = silentConditions(node.status?.conditions ?? [], timestamp())
  if (isDeepStrictEqual(next, node.status?.conditions)) return taint(control, node)
  const change = (current: NodeObject) => ({
    ...current,
    status: {
      ...current.status,
      conditions: silentConditions(current.status?.conditions ?? [], timestamp()),
    },
  })
  await control.update(builtin('nodes'), node, (current) => change(current as NodeObject), 'status')
  await control.event(
    node,
    'Normal',
    'NodeNotReady',
    `Node ${node.metadata.name} status is now: NodeNotReady`,
  )
  for (const pod of control.list<Pod>('pods'))
    if (pod.spec.nodeName === node.metadata.name) await markUnready(control, pod)
}

/** The pods of a silent node take no more traffic. */
async function markUnready(control: Control, pod: Pod) {
  const change = (current: Pod): Pod => {
    const conditions = current.status?.conditions ?? []
    if (!conditions.some(({ type }) => type === 'Ready')) return current
    return {
      ...current,
      status: {
        ...current.status,
        conditions: withCondition(conditions, { type: 'Ready', status: 'False' }, timestamp()),
      },
    }
  }
  await control.update(builtin('pods'), pod, (current) => change(current as Pod), 'status')
}

async function taint(control: Control, node: NodeObject) {
  const wanted = lifecycleTaints(node, timestamp())
  if (isDeepStrictEqual(wanted, node.spec?.taints ?? [])) return
  await control.update(builtin('nodes'), node, (current) => {
    const { spec } = current as NodeObject
    const taints = lifecycleTaints(current as NodeObject, timestamp())
    return { ...current, spec: { ...spec, taints: taints.length > 0 ? taints : undefined } }
  })
}
