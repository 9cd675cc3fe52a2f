import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import { type Followed, follow } from '../kubernetes/follow.ts'
import { collectionPath } from '../kubernetes/resources.ts'

type NodeListener = (node: KubernetesObject, gone: boolean) => void

export interface Nodes extends Followed {
  listen(listener: NodeListener): void
}

/** One watch on Nodes for all that a server does with them. */
export function watchNodes(api: ApiClient, signal: AbortSignal): Nodes {
  const listeners: NodeListener[] = []
  const followed = follow(
    api,
    collectionPath('v1', 'Node'),
    '',
    (node, gone) => {
      for (const listener of listeners) listener(node, gone)
    },
    signal,
  )
  return { ...followed, listen: (listener) => void listeners.push(listener) }
}

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane'

export const isServer = (node: KubernetesObject): boolean => node.metadata.labels?.[CONTROL_PLANE] === 'true'

/** The node's InternalIP. */
export function addressOf(node: KubernetesObject): string | undefined {
  const status = node['status'] as { addresses?: { type: string; address: string }[] } | undefined
  return status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
}

export function isReady(node: KubernetesObject): boolean {
  const status = node['status'] as { conditions?: { type: string; status: string }[] } | undefined
  return status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') ?? false
}
