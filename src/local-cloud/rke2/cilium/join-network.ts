import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import { ApiError } from '../kubernetes/api-client.ts'
import { follow } from '../kubernetes/follow.ts'
import { collectionPath, find } from '../kubernetes/resources.ts'
import { addressOf } from '../server/watch-nodes.ts'
import { type Scale, sleep } from '../timing.ts'
import { awaitedDefinitions } from './custom-resources.ts'
import { addPeer, createTunnel, type PeerNode, removePeer } from './datapath.ts'

/** What an agent is given by whoever runs it: our kubelet, or a container of RKE2's own chart. */
export interface AgentHost {
  nodeName: string
  api: ApiClient
  /** A line of its log. */
  write(line: string): void
  scale: Scale
  /** Aborted when the agent is to stop. */
  signal: AbortSignal
}

const POLL_MS = 250
const REMIND_SECONDS = 5

/** Waits for the operator and for the node's range of addresses, then opens this node's end of the tunnel. */
export async function joinNetwork(host: AgentHost): Promise<PeerNode> {
  await awaitDefinitions(host)
  const self = await awaitOwnRange(host)
  await createTunnel(self)
  return self
}

async function awaitDefinitions({ api, write, scale, signal }: AgentHost): Promise<void> {
  const path = collectionPath('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
  const remindMs = scale(REMIND_SECONDS, 500)
  let said = 0
  while (!signal.aborted) {
    const missing: string[] = []
    for (const name of awaitedDefinitions)
      if (!(await findQuietly(api, `${path}/${name}`))) missing.push(name)
    if (!missing.length) return
    if (performance.now() - said > remindMs) {
      said = performance.now()
      write(
        `level=info msg="Still waiting for Cilium Operator to register CRDs" CRDs="[crd:${missing.join(' crd:')}]"`,
      )
    }
    await sleep(POLL_MS)
  }
}

async function findQuietly(api: ApiClient, path: string): Promise<KubernetesObject | undefined> {
  try {
    return await find(api, path)
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}

async function awaitOwnRange({ api, nodeName, signal }: AgentHost): Promise<PeerNode> {
  while (!signal.aborted) {
    const node = await findQuietly(api, `${collectionPath('v1', 'Node')}/${nodeName}`)
    const self = node && peerOf(node)
    if (self) return self
    await sleep(POLL_MS)
  }
  throw new Error('stopped while waiting for a podCIDR')
}

/** Nothing while a node has no address or no range yet. */
function peerOf(node: KubernetesObject): PeerNode | undefined {
  const ip = addressOf(node)
  const podCidr = (node['spec'] as { podCIDR?: string } | undefined)?.podCIDR
  return ip !== undefined && podCidr !== undefined ? { name: node.metadata.name, ip, podCidr } : undefined
}

/** Told of every change of a Node, its own included, one after another. */
type NodeListener = (node: KubernetesObject, gone: boolean) => Promise<void>

/** Keeps the ways to all other nodes right as they come and go. `told` is given who is known, after each change. */
export function followPeers(
  { api, write, signal }: AgentHost,
  self: PeerNode,
  told: (nodes: PeerNode[]) => void,
  also: NodeListener = async () => undefined,
): void {
  const known = new Map<string, PeerNode>([[self.name, self]])
  let queue = Promise.resolve()
  const applyNode = async (node: KubernetesObject, gone: boolean) => {
    await also(node, gone)
    const { name } = node.metadata
    const now = gone ? undefined : peerOf(node)
    const before = known.get(name)
    if (name === self.name || (before && now && before.ip === now.ip && before.podCidr === now.podCidr))
      return
    if (before) await removePeer(before)
    known.delete(name)
    if (now) {
      await addPeer(now)
      known.set(name, now)
    }
    told([...known.values()])
  }
  const change = (node: KubernetesObject, gone: boolean) => {
    queue = queue
      .then(() => applyNode(node, gone))
      .catch((error: Error) =>
        write(`level=error msg="Unable to update node" error=${JSON.stringify(error.message)}`),
      )
  }
  told([self])
  follow(api, collectionPath('v1', 'Node'), '', change, signal)
}

/** Its presence is what makes the kubelet call the pod network ready, so that it is whole when it is there. */
export function writeCniConfig(file: string, config: object): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(config, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}
