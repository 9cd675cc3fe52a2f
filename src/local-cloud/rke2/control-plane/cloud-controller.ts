import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import { attempt } from '../kubernetes/attempt.ts'
import { lead } from '../kubernetes/lead.ts'
import { collectionPath, type ObjectList } from '../kubernetes/resources.ts'
import { type Scale, sleep } from '../timing.ts'

const NODES = collectionPath('v1', 'Node')
const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized'
const TYPE = { 'node.kubernetes.io/instance-type': 'rke2', 'beta.kubernetes.io/instance-type': 'rke2' }
const LOOK_MS = 500
// A cloud-controller-manager's own, as of every component of Kubernetes.
const LEASE_SECONDS = 15

interface CloudNode extends KubernetesObject {
  spec?: { taints?: { key: string }[]; providerID?: string }
}

/** Pure: what a new node lacks of what RKE2's cloud provider gives, or nothing for one that has it all. */
export function initialization(node: CloudNode): Record<string, unknown> | undefined {
  const { taints = [], providerID } = node.spec ?? {}
  if (providerID && !taints.some(({ key }) => key === UNINITIALIZED)) return undefined
  return {
    metadata: { resourceVersion: node.metadata.resourceVersion, labels: TYPE },
    spec: {
      providerID: `rke2://${node.metadata.name}`,
      taints: taints.filter(({ key }) => key !== UNINITIALIZED),
    },
  }
}

/** In place of RKE2's cloud-controller-manager: initializes new nodes while this server holds the lease. Starts, and returns. */
export function cloudController(api: ApiClient, scale: Scale, signal: AbortSignal): void {
  // As every component of Kubernetes: the machine's name, not the node's.
  const holder = `${hostname()}_${randomUUID()}`
  const leadership = lead(api, 'rke2-cloud-controller-manager', holder, scale, signal, LEASE_SECONDS)
  const look = async () => {
    const { items } = await api.request<ObjectList>('GET', NODES)
    for (const node of items) {
      const missing = initialization(node)
      if (missing) await api.request('PATCH', `${NODES}/${node.metadata.name}`, missing)
    }
  }
  void (async () => {
    while (!signal.aborted) {
      if (leadership.held) await attempt(look)
      await sleep(LOOK_MS)
    }
  })()
}
