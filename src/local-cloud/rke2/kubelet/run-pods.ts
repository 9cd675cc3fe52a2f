import { existsSync } from 'node:fs'
import type { NodeConfig } from '../config/node-config.ts'
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import { follow } from '../kubernetes/follow.ts'
import { collectionPath, find } from '../kubernetes/resources.ts'
import { paths } from '../paths.ts'
import { type Scale, sleep } from '../timing.ts'
import { importArchives } from './images.ts'
import { isMirror, type Pod, toPod } from './pod.ts'
import type { IssueCredentials } from './pod-credentials.ts'
import { type PodHost, type PodWorker, startPod } from './pod-worker.ts'
import { allocateAddress, createSandbox, gatewayOf, type Sandbox } from './sandbox.ts'

const CNI_POLL_MS = 200
const FINISHED = new Set(['Succeeded', 'Failed'])

/** Watches the Pods bound to this node and runs each of them; `mirrored` gets those of static pods. The answer: those that run, by uid. */
export function runPods(
  api: ApiClient,
  node: NodeConfig,
  scale: Scale,
  credentials: IssueCredentials,
  mirrored: (told: Pod) => void,
  signal: AbortSignal,
): ReadonlyMap<string, PodWorker> {
  const workers = new Map<string, PodWorker>()
  const addresses = new Set<string>()
  const images = importArchives()
  const host: PodHost = {
    node,
    api,
    scale,
    images: () => images,
    attach: (pod) => attach(api, node, pod, addresses),
    credentials,
  }
  const changed = (object: KubernetesObject, gone: boolean) => {
    const pod = toPod(object)
    if (isMirror(object)) return mirrored(pod)
    const { uid } = pod.metadata
    const worker = workers.get(uid)
    if (worker && (gone || pod.metadata.deletionTimestamp)) {
      workers.delete(uid)
      void worker.terminate().then(() => addresses.delete(worker.podIp ?? ''))
    } else if (!worker && !gone && !FINISHED.has(pod.status?.phase ?? '')) {
      const started = startPod(pod, host)
      if (pod.metadata.deletionTimestamp) void started.terminate()
      else workers.set(uid, started)
    } else worker?.reconcile(pod)
  }
  follow(api, '/api/v1/pods', `fieldSelector=spec.nodeName%3D${node.nodeName}`, changed, signal)
  return workers
}

/** Waits until the CNI plugin's configuration is there and the node has its range, then makes the pod's network. */
async function attach(api: ApiClient, node: NodeConfig, pod: Pod, used: Set<string>): Promise<Sandbox> {
  for (;;) {
    const range = existsSync(paths.cniConfig) ? await podCidrOf(api, node.nodeName) : undefined
    if (range !== undefined) {
      const address = allocateAddress(range, used)
      used.add(address)
      return createSandbox(pod.metadata.uid, address, gatewayOf(range))
    }
    await sleep(CNI_POLL_MS)
  }
}

async function podCidrOf(api: ApiClient, nodeName: string): Promise<string | undefined> {
  const node = await find(api, `${collectionPath('v1', 'Node')}/${nodeName}`).catch(() => undefined)
  return (node?.['spec'] as { podCIDR?: string } | undefined)?.podCIDR
}
