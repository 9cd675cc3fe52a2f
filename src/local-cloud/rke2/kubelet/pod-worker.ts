import type { NodeConfig } from '../config/node-config.ts'
import { type ApiClient, ApiError, createApiClient } from '../kubernetes/api-client.ts'
import { collectionPath } from '../kubernetes/resources.ts'
import { type Scale, sleep } from '../timing.ts'
import { type Container, crashLoop, newContainer, runOnce } from './container.ts'
import { isToldReady, type Pod } from './pod.ts'
import type { IssueCredentials } from './pod-credentials.ts'
import { podStatus } from './pod-status.ts'
import type { ContainerContext } from './runner.ts'
import { removeSandbox, type Sandbox } from './sandbox.ts'

/** What a pod needs of its node. */
export interface PodHost {
  node: NodeConfig
  api: ApiClient
  scale: Scale
  images(): ReadonlySet<string>
  /** Waits for the pod network. */
  attach(pod: Pod): Promise<Sandbox>
  credentials: IssueCredentials
}

export interface PodWorker {
  pod: Pod
  containers: readonly Container[]
  podIp: string | undefined
  /** Posts its status again when what the API says of it is no longer true. */
  reconcile(told: Pod): void
  /** Ends its containers, frees its network, and takes the Pod out of the API. */
  terminate(): Promise<void>
}

const API = 'https://127.0.0.1:6443'
const RETRY_MS = 500

/** Brings a pod to life and keeps its status in the API true until it is terminated. */
export function startPod(pod: Pod, host: PodHost): PodWorker {
  const stop = new AbortController()
  const startTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const containers = pod.spec.containers.map((spec) => newContainer(pod, spec))
  const path = `${collectionPath('v1', 'Pod', pod.metadata.namespace)}/${pod.metadata.name}`
  let sandbox: Sandbox | undefined
  const worker: PodWorker = { pod, containers, podIp: undefined, reconcile, terminate }
  const post = createPoster(host.api, path, () =>
    podStatus({ pod, hostIp: host.node.nodeIp, podIp: worker.podIp, startTime, containers }),
  )
  const ends = run()

  async function run(): Promise<void> {
    post()
    if (pod.spec.hostNetwork) worker.podIp = host.node.nodeIp
    else {
      sandbox = await host.attach(pod)
      worker.podIp = sandbox.address
    }
    await Promise.all(containers.map((container) => keepRunning(container)))
  }

  function reconcile(told: Pod): void {
    if (isToldReady(told) !== containers.every(({ ready }) => ready)) post()
  }

  async function keepRunning(container: Container): Promise<void> {
    while (!stop.signal.aborted) {
      const seconds = await runOnce(container, host.images(), contextOf, post)
      if (seconds === undefined || stop.signal.aborted) return
      if ('terminated' in container.state) container.state = crashLoop(container, seconds)
      post()
      await pause(host.scale(seconds, 500), stop.signal)
    }
  }

  function contextOf(container: Container, write: (line: string) => void): ContainerContext {
    const credentials = () => host.credentials(pod)
    return {
      id: container.id,
      pod,
      container: container.spec,
      node: host.node,
      sandbox,
      write,
      credentials,
      api: async () => createApiClient({ server: API, ...(await credentials()) }),
      scale: host.scale,
      signal: stop.signal,
    }
  }

  async function terminate(): Promise<void> {
    stop.abort()
    await Promise.race([ends.catch(() => undefined), sleep(host.scale(30, 2_000))])
    if (sandbox) await removeSandbox(sandbox.namespace)
    await deletePod(host.api, path, pod.metadata.uid)
  }

  ends.catch(() => undefined)
  return worker
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** Posts the latest status, one request at a time, again until the API takes it or the Pod is gone. */
function createPoster(api: ApiClient, path: string, status: () => Record<string, unknown>): () => void {
  let wanted = false
  let busy = false
  const work = async () => {
    busy = true
    while (wanted) {
      wanted = false
      try {
        await api.request('PATCH', `${path}/status`, { status: status() })
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (error.status === 404) break
        wanted = true
        await sleep(RETRY_MS)
      }
    }
    busy = false
  }
  return () => {
    wanted = true
    if (!busy) void work()
  }
}

async function deletePod(api: ApiClient, path: string, uid: string): Promise<void> {
  for (;;) {
    try {
      await api.request('DELETE', `${path}?gracePeriodSeconds=0`, {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        gracePeriodSeconds: 0,
        preconditions: { uid },
      })
      return
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 404 || error.status === 409) return
    }
    await sleep(RETRY_MS)
  }
}
