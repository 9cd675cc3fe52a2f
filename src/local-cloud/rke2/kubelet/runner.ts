import type { NodeConfig } from '../config/node-config.ts'
import type { ApiClient } from '../kubernetes/api-client.ts'
import type { Scale } from '../timing.ts'
import type { ContainerSpec, Pod } from './pod.ts'
import type { PodCredentials } from './pod-credentials.ts'
import type { Sandbox } from './sandbox.ts'

/** What a container of the local cloud gets to see of its node. */
export interface ContainerContext {
  id: string
  pod: Pod
  container: ContainerSpec
  node: NodeConfig
  /** Undefined on the host network. */
  sandbox: Sandbox | undefined
  /** A line of its log. */
  write(line: string): void
  /** The API in the name of its service account. */
  api(): Promise<ApiClient>
  /** The credentials themselves, for a container that is a process of its own. */
  credentials(): Promise<PodCredentials>
  scale: Scale
  /** Aborted when the pod is to stop. */
  signal: AbortSignal
}

export interface ExecResult {
  exitCode: number
  output: string
}

/** A started container. */
export interface RunningContainer {
  exited: Promise<number>
  ready?: () => boolean
  /** What `crictl exec` runs in it. */
  exec?: (command: readonly string[]) => Promise<ExecResult>
}

export type Runner = (context: ContainerContext) => RunningContainer

/** Ends with status 0 when the pod is stopped. */
export const untilStopped = (signal: AbortSignal): Promise<number> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(0)
    signal.addEventListener('abort', () => resolve(0), { once: true })
  })
