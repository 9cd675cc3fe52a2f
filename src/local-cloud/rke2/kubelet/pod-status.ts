import type { ContainerSpec, Pod } from './pod.ts'

/** A container's state as Kubernetes tells it. Times are RFC 3339. */
export type ContainerState =
  | { waiting: { reason: string; message?: string } }
  | { running: { startedAt: string } }
  | {
      terminated: {
        exitCode: number
        reason: string
        startedAt: string
        finishedAt: string
        containerID: string
      }
    }

export interface ContainerRecord {
  id: string
  spec: ContainerSpec
  state: ContainerState
  /** Says whether it may get traffic; a sleeper is ready as soon as it runs. */
  ready: boolean
  restarts: number
}

/** Kubernetes' five phases from the states of all containers and the pod's restart policy. */
export function phaseOf(
  restartPolicy: Pod['spec']['restartPolicy'],
  states: readonly ContainerState[],
): string {
  if (states.some((state) => 'running' in state)) return 'Running'
  const ended = states.filter((state) => 'terminated' in state)
  if (ended.length < states.length) return ended.length ? 'Running' : 'Pending'
  const failed = ended.some(({ terminated }) => terminated.exitCode !== 0)
  if (restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && failed)) return 'Running'
  return failed ? 'Failed' : 'Succeeded'
}

export interface PodStatusInput {
  pod: Pod
  hostIp: string
  podIp: string | undefined
  startTime: string
  containers: readonly ContainerRecord[]
}

/** The status a kubelet posts. */
export function podStatus({
  pod,
  hostIp,
  podIp,
  startTime,
  containers,
}: PodStatusInput): Record<string, unknown> {
  const phase = phaseOf(
    pod.spec.restartPolicy,
    containers.map(({ state }) => state),
  )
  const ready = containers.every((container) => container.ready)
  const finished = phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}
  const condition = (type: string, holds: boolean, extra = {}) => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: startTime,
    ...(holds ? {} : extra),
  })
  const notReady = phase === 'Succeeded' ? finished : { reason: 'ContainersNotReady' }
  return {
    phase,
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp ? { podIP: podIp, podIPs: [{ ip: podIp }] } : {}),
    startTime,
    conditions: [
      condition('PodReadyToStartContainers', podIp !== undefined),
      condition('Initialized', true),
      condition('Ready', ready, notReady),
      condition('ContainersReady', ready, notReady),
      condition('PodScheduled', true),
    ],
    containerStatuses: containers.map(({ id, spec, state, ready: isReady, restarts }) => ({
      name: spec.name,
      image: spec.image,
      imageID: 'waiting' in state ? '' : spec.image,
      ...('waiting' in state ? {} : { containerID: `containerd://${id}` }),
      ready: isReady,
      started: 'running' in state,
      restartCount: restarts,
      state,
    })),
  }
}
