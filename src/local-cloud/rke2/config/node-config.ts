import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { FatalError } from '../log.ts'
import type { Role } from './flags.ts'

/** What a node was told, with RKE2's defaults filled in. */
export interface NodeConfig {
  role: Role
  nodeName: string
  nodeIp: string
  /** `https://host:9345`, without a slash at its end. */
  server: string | undefined
  token: string | undefined
  agentToken: string | undefined
  tlsSans: string[]
  labels: Record<string, string>
  /** As given: `key=value:Effect`. */
  taints: string[]
  cni: string
  disable: string[]
  profile: string | undefined
  writeKubeconfigMode: number
  /** Must be equal on all servers. */
  critical: CriticalConfig
  /** Everything given, the token masked: the annotation rke2.io/node-args. */
  nodeArgs: string[]
}

export interface CriticalConfig {
  clusterCidr: string
  serviceCidr: string
  clusterDns: string
  clusterDomain: string
  egressSelectorMode: string
  disableCloudController: boolean
}

const PROFILES = ['cis', 'etcd']
const SECRET_FLAGS = new Set(['token', 'agent-token'])

/** @throws FatalError in RKE2's words for what it refuses at once. */
export function toNodeConfig(role: Role, values: ReadonlyMap<string, string[]>): NodeConfig {
  const one = (name: string) => values.get(name)?.at(-1)
  const many = (name: string) => (values.get(name) ?? []).flatMap((value) => value.split(','))
  const profile = one('profile')
  if (profile && !PROFILES.includes(profile))
    throw new FatalError('invalid value provided for --profile flag')
  const tokenFile = one('token-file')
  return {
    role,
    nodeName: (one('node-name') ?? hostname()).toLowerCase(),
    nodeIp: one('node-ip') ?? primaryAddress(),
    server: one('server')?.replace(/\/$/, ''),
    token: one('token') ?? (tokenFile ? readFileSync(tokenFile, 'utf8').trim() : undefined),
    agentToken: one('agent-token'),
    tlsSans: many('tls-san'),
    labels: Object.fromEntries(many('node-label').map(splitLabel)),
    taints: many('node-taint'),
    cni: one('cni') ?? 'canal',
    disable: many('disable'),
    profile,
    writeKubeconfigMode: Number.parseInt(one('write-kubeconfig-mode') ?? '600', 8),
    critical: {
      clusterCidr: one('cluster-cidr') ?? '10.42.0.0/16',
      serviceCidr: one('service-cidr') ?? '10.43.0.0/16',
      clusterDns: one('cluster-dns') ?? '10.43.0.10',
      clusterDomain: one('cluster-domain') ?? 'cluster.local',
      egressSelectorMode: one('egress-selector-mode') ?? 'agent',
      disableCloudController: one('disable-cloud-controller') === 'true',
    },
    nodeArgs: [
      role,
      ...[...values].flatMap(([name, given]) => given.flatMap((value) => flagOf(name, value))),
    ],
  }
}

const flagOf = (name: string, value: string) => [`--${name}`, SECRET_FLAGS.has(name) ? '********' : value]

function splitLabel(label: string): [string, string] {
  const [key = '', value = ''] = label.split(/=(.*)/s)
  return [key, value]
}

/** The first address of the first interface that leads out of the machine; the pod network's own don't. */
function primaryAddress(): string {
  const outward = Object.entries(networkInterfaces()).filter(([name]) => !/^(cilium|lxc|cni)/.test(name))
  const address = outward
    .flatMap(([, addresses]) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  if (!address) throw new FatalError('Error: failed to get host IP: no default routes found')
  return address.address
}
