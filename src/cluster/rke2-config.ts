import { stringify } from 'yaml'
import type { AgentGroup } from './agent-groups.ts'
import type { ClusterSpec } from './spec.ts'

/** The part of the spec that decides RKE2's configuration. */
export type Rke2Wish = Pick<
  ClusterSpec,
  'clusterCidr' | 'serviceCidr' | 'tlsSan' | 'serverTaints' | 'serverLabels'
>

export type Rke2Config = Readonly<Record<string, string | boolean | readonly string[]>>

/**
 * `/etc/rancher/rke2/config.yaml` of a server, equal on all servers: the node adds its own `node-name`, `node-ip` and `token`,
 * and `server` where it joins.
 * @param balancerName DNS name of the NLB; it must be in the certificate of every server.
 */
export function serverConfig(wish: Rke2Wish, balancerName?: string): Rke2Config {
  return {
    'tls-san': [...(balancerName ? [balancerName] : []), ...wish.tlsSan],
    cni: 'cilium',
    // Cilium replaces it; both together would fight over services.
    'disable-kube-proxy': true,
    'cluster-cidr': wish.clusterCidr,
    'service-cidr': wish.serviceCidr,
    ...optionalList('node-taint', wish.serverTaints),
    ...optionalList('node-label', wish.serverLabels),
  }
}

/** The same of an agent. Keys of servers would be skipped with a warning only, so none is here. */
export function agentConfig(group: Pick<AgentGroup, 'labels' | 'taints'>): Rke2Config {
  return {
    ...optionalList('node-taint', group.taints),
    ...optionalList('node-label', group.labels),
  }
}

/** As YAML; nothing at all, rather than an empty mapping, when there is nothing: the node puts more lines before and after it. */
export const configText = (config: Rke2Config): string =>
  Object.keys(config).length ? stringify(config) : ''

const optionalList = (key: string, items: readonly string[]): Rke2Config =>
  items.length ? { [key]: items } : {}
