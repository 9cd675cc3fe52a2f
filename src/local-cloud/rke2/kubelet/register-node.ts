import type { NodeConfig } from '../config/node-config.ts'
import { type ApiClient, ApiError, isStatus, type KubernetesObject } from '../kubernetes/api-client.ts'
import { collectionPath, createUnlessThere, find } from '../kubernetes/resources.ts'
import { type Scale, sleep } from '../timing.ts'
import { readMachine } from './machine.ts'
import { kubeletConditions, mergeConditions, newNode } from './node-object.ts'

const NODES = collectionPath('v1', 'Node')
const NODE_LEASES = collectionPath('coordination.k8s.io/v1', 'Lease', 'kube-node-lease')
const REGISTER_RETRY_MS = 250
// The kubelet's defaults: status every 10 s and at every change, the lease every 10 s.
const HEARTBEAT_SECONDS = 10
const LEASE_SECONDS = 40
const LOOK_MS = 250

/** Creates the Node, however long the API server takes to answer; one that is there is taken over, its status set anew. */
export async function registerNode(api: ApiClient, config: NodeConfig, version: string): Promise<void> {
  const node = newNode(config, readMachine(), version)
  for (;;) {
    try {
      await createUnlessThere(api, NODES, node)
      await api.request('PATCH', `${NODES}/${config.nodeName}/status`, { status: statusOf(node) })
      return
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
    await sleep(REGISTER_RETRY_MS)
  }
}

function statusOf(node: KubernetesObject): unknown {
  const { conditions: _kept, ...status } = node['status'] as Record<string, unknown>
  return status
}

/** Posts conditions at every change of `networkReady` and at every heartbeat, and renews the node's lease, until `signal`. */
export async function heartbeat(
  api: ApiClient,
  nodeName: string,
  networkReady: () => boolean,
  scale: Scale,
  signal: AbortSignal,
): Promise<void> {
  const beatMs = scale(HEARTBEAT_SECONDS, 1_000)
  let posted: boolean | undefined
  let postedAt = 0
  while (!signal.aborted) {
    const ready = networkReady()
    const due = performance.now() - postedAt >= beatMs
    if (ready !== posted || due) {
      const done = await beat(api, nodeName, ready)
      if (done) posted = ready
      postedAt = performance.now()
    }
    await sleep(LOOK_MS)
  }
}

/** One heartbeat. A server that can't be reached is no reason to end: the next one may do. */
async function beat(api: ApiClient, nodeName: string, ready: boolean): Promise<boolean> {
  try {
    const path = `${NODES}/${nodeName}`
    const node = await find(api, path)
    // A deleted Node stays deleted until the kubelet starts again.
    if (!node) return true
    const status = node['status'] as { conditions?: Record<string, unknown>[] } | undefined
    const conditions = mergeConditions(
      status?.conditions ?? [],
      kubeletConditions(ready),
      new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    )
    await api.request('PATCH', `${path}/status`, {
      metadata: { resourceVersion: node.metadata.resourceVersion },
      status: { conditions },
    })
    await renewLease(api, node)
    return true
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
}

async function renewLease(api: ApiClient, node: KubernetesObject): Promise<void> {
  const { name, uid } = node.metadata
  const spec = {
    holderIdentity: name,
    leaseDurationSeconds: LEASE_SECONDS,
    renewTime: new Date().toISOString().replace('Z', '000Z'),
  }
  try {
    await api.request('PATCH', `${NODE_LEASES}/${name}`, { spec })
  } catch (error) {
    if (!isStatus(error, 404)) throw error
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }]
    await createUnlessThere(api, NODE_LEASES, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: 'kube-node-lease', ownerReferences },
      spec,
    })
  }
}
