import type { ContainerStatus, Pod } from '../kubernetes.ts'
import { humanDuration } from './human-duration.ts'

const NONE = '<none>'

const stateReason = ({ state }: ContainerStatus): string | undefined => {
  if (state?.waiting) return state.waiting.reason
  if (!state?.terminated) return undefined
  return (
    state.terminated.reason ||
    (state.terminated.signal ? `Signal:${state.terminated.signal}` : `ExitCode:${state.terminated.exitCode}`)
  )
}

const initReason = (pod: Pod): string | undefined => {
  const statuses = pod.status?.initContainerStatuses ?? []
  const at = statuses.findIndex(({ state }) => !(state?.terminated?.exitCode === 0))
  const stuck = statuses[at]
  if (!stuck) return undefined
  const reason = stateReason(stuck)
  return reason && reason !== 'PodInitializing'
    ? `Init:${reason}`
    : `Init:${at}/${pod.spec.initContainers?.length ?? 0}`
}

/** The STATUS of `kubectl get pods` (printPod of k8s.io/kubernetes/pkg/printers/internalversion). */
function podStatus(pod: Pod): string {
  const { status, metadata } = pod
  if (metadata.deletionTimestamp) return status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating'
  const init = initReason(pod)
  if (init) return init
  const containers = status?.containerStatuses ?? []
  const reasons = containers.map(stateReason).filter(Boolean)
  const isRunning = containers.some(({ ready, state }) => ready && state?.running)
  const reason = reasons[0] ?? status?.reason ?? status?.phase ?? 'Unknown'
  return reason === 'Completed' && isRunning ? 'Running' : reason
}

const containersOf = (pod: Pod) => pod.status?.containerStatuses ?? []

/** The columns of `kubectl get pods`; priority 1 only with -o wide. */
export const podCells: readonly { name: string; priority: number; cell: (pod: Pod, now: Date) => unknown }[] =
  [
    { name: 'Name', priority: 0, cell: (pod) => pod.metadata.name },
    {
      name: 'Ready',
      priority: 0,
      cell: (pod) =>
        `${containersOf(pod).filter(({ ready }) => ready).length}/${pod.spec.containers?.length ?? 0}`,
    },
    { name: 'Status', priority: 0, cell: podStatus },
    {
      name: 'Restarts',
      priority: 0,
      cell: (pod) => String(containersOf(pod).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0)),
    },
    {
      name: 'Age',
      priority: 0,
      cell: (pod, now) => humanDuration(now.getTime() - Date.parse(pod.metadata.creationTimestamp ?? '')),
    },
    { name: 'IP', priority: 1, cell: (pod) => pod.status?.podIP ?? NONE },
    { name: 'Node', priority: 1, cell: (pod) => pod.spec.nodeName ?? NONE },
    { name: 'Nominated Node', priority: 1, cell: () => NONE },
    { name: 'Readiness Gates', priority: 1, cell: () => NONE },
  ]
