import { createHash } from 'node:crypto'
import type { NodeConfig } from '../config/node-config.ts'
import { type ApiClient, isStatus, type KubernetesObject } from '../kubernetes/api-client.ts'
import { attempt } from '../kubernetes/attempt.ts'
import { collectionPath, createUnlessThere, find } from '../kubernetes/resources.ts'
import { sleep } from '../timing.ts'
import { isToldReady, type Pod } from './pod.ts'
import type { StaticPod, StaticPods } from './static-pods.ts'
import { runningPid } from './static-process.ts'

const NODES = collectionPath('v1', 'Node')
const PODS = collectionPath('v1', 'Pod', 'kube-system')
const LOOK_MS = 1_000

/** The status that was posted last of each static pod, by its name. */
export type Shown = Map<string, string>

/** Shows every static pod in the API as `<name>-<node>`, its status with it, and takes away those that are gone, until `signal`. */
export async function mirrorPods(
  api: ApiClient,
  config: NodeConfig,
  staticPods: StaticPods,
  shown: Shown,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const pod of staticPods.pods.values()) await attempt(() => show(api, config, pod, shown))
    for (const name of shown.keys())
      if (!staticPods.pods.has(name)) await attempt(() => hide(api, config, name, shown))
    await sleep(LOOK_MS)
  }
}

/** Sees to it that a status is posted again which somebody else has overwritten. */
export function reconcileMirror(told: Pod, nodeName: string, shown: Shown): void {
  const name = told.metadata.name.replace(`-${nodeName}`, '')
  const posted = shown.get(name)
  if (posted && isToldReady(told) !== isToldReady({ ...told, status: JSON.parse(posted) })) shown.delete(name)
}

async function show(api: ApiClient, config: NodeConfig, pod: StaticPod, shown: Shown): Promise<void> {
  const status = statusOf(pod, config.nodeIp)
  const state = JSON.stringify(status)
  if (shown.get(pod.name) === state) return
  const node = await find(api, `${NODES}/${config.nodeName}`)
  if (!node) return
  // A node may not even ask for a pod that is not there.
  await createUnlessThere(api, PODS, mirrorOf(pod, node))
  await api.request('PATCH', `${PODS}/${pod.name}-${config.nodeName}/status`, { status })
  shown.set(pod.name, state)
}

async function hide(api: ApiClient, config: NodeConfig, name: string, shown: Shown): Promise<void> {
  try {
    await api.request('DELETE', `${PODS}/${name}-${config.nodeName}?gracePeriodSeconds=0`)
  } catch (error) {
    // Gone already, which is all that a node gets to know of a pod that is no longer its own.
    if (!isStatus(error, 404) && !isStatus(error, 403)) throw error
  }
  shown.delete(name)
}

/** NodeRestriction lets a kubelet create only mirror pods, each owned by its own Node. */
function mirrorOf({ manifest, name }: StaticPod, node: KubernetesObject): KubernetesObject {
  const { name: nodeName, uid } = node.metadata
  const hash = createHash('md5').update(JSON.stringify(manifest)).digest('hex')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${nodeName}`,
      namespace: 'kube-system',
      ...(manifest.metadata.labels ? { labels: manifest.metadata.labels } : {}),
      annotations: {
        'kubernetes.io/config.hash': hash,
        'kubernetes.io/config.mirror': hash,
        'kubernetes.io/config.seen': new Date().toISOString(),
        'kubernetes.io/config.source': 'file',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid, controller: true }],
    },
    spec: { ...manifest.spec, nodeName },
  }
}

function statusOf(pod: StaticPod, nodeIp: string): Record<string, unknown> {
  const runs = pod.process === undefined || runningPid(pod.process) !== undefined
  const conditions = [
    'PodReadyToStartContainers',
    'Initialized',
    'Ready',
    'ContainersReady',
    'PodScheduled',
  ].map((type) => ({
    type,
    status: runs || type === 'Initialized' ? 'True' : 'False',
    lastTransitionTime: pod.startedAt,
  }))
  return {
    phase: 'Running',
    hostIP: nodeIp,
    podIP: nodeIp,
    podIPs: [{ ip: nodeIp }],
    startTime: pod.startedAt,
    conditions,
    containerStatuses: pod.manifest.spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      containerID: `containerd://${createHash('sha256').update(`${name}${pod.restarts}`).digest('hex')}`,
      ready: runs,
      started: runs,
      restartCount: pod.restarts,
      state: { running: { startedAt: pod.startedAt } },
    })),
  }
}
