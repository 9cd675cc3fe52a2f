import type { NodeConfig } from '../config/node-config.ts'
import { type ApiClient, ApiError, isStatus, type KubernetesObject } from '../kubernetes/api-client.ts'
import { collectionPath, createUnlessThere, find } from '../kubernetes/resources.ts'
import { type Scale, sleep } from '../timing.ts'
import { readMachine } from './machine.ts'
import { type Condition, kubeletConditions, mergeConditions, newNode } from './node-object.ts'

const NODES = collectionPath('v1', 'Node')
const NODE_LEASES = collectionPath('coordination.k8s.io/v1', 'Lease', 'kube-node-lease')
const REGISTER_RETRY_MS = 250
// The kubelet's defaults (KubeletConfiguration): it looks every 10 s, writes the status at a change and each 5 minutes, and the
// lease, which lasts 40 s, each time.
const HEARTBEAT_SECONDS = 10
const REPORT_SECONDS = 300
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

/** Renews the node's lease at every heartbeat, and posts conditions when they changed or were posted long ago, until `signal`. */
export async function heartbeat(
  api: ApiClient,
  nodeName: string,
  networkReady: () => boolean,
  scale: Scale,
  signal: AbortSignal,
): Promise<void> {
  const beatMs = scale(HEARTBEAT_SECONDS, 1_000)
  const reportMs = scale(REPORT_SECONDS, 10_000)
  let seen: boolean | undefined
  let beatAt = 0
  let postedAt = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    const ready = networkReady()
    if (ready !== seen || performance.now() - beatAt >= beatMs) {
      const done = await beat(api, nodeName, ready, performance.now() - postedAt >= reportMs)
      if (done) seen = ready
      if (done === 'posted') postedAt = performance.now()
      beatAt = performance.now()
    }
    await sleep(LOOK_MS)
  }
}

type Done = 'posted' | 'unchanged'

/** One heartbeat. A server that can't be reached is no reason to end: the next one may do. */
async function beat(
  api: ApiClient,
  nodeName: string,
  ready: boolean,
  due: boolean,
): Promise<Done | undefined> {
  try {
    const node = await find(api, `${NODES}/${nodeName}`)
    // A deleted Node stays deleted until the kubelet starts again.
    if (!node) return 'unchanged'
    const done = await postConditions(api, node, ready, due)
    await renewLease(api, node)
    return done
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}

async function postConditions(
  api: ApiClient,
  { metadata, status }: KubernetesObject,
  ready: boolean,
  due: boolean,
): Promise<Done> {
  const present = (status as { conditions?: Record<string, unknown>[] } | undefined)?.conditions ?? []
  const fresh = kubeletConditions(ready)
  if (!due && fresh.every((one) => present.some((was) => isSame(one, was)))) return 'unchanged'
  const conditions = mergeConditions(present, fresh, new Date().toISOString().replace(/\.\d+Z$/, 'Z'))
  await api.request('PATCH', `${NODES}/${metadata.name}/status`, {
    metadata: { resourceVersion: metadata.resourceVersion },
    status: { conditions },
  })
  return 'posted'
}

const isSame = (one: Condition, was: Readonly<Record<string, unknown>>) =>
  one.type === was['type'] && one.status === was['status'] && one.reason === was['reason']

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
