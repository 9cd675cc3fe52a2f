import type { ExecResult } from '../kubelet/runner.ts'
import type { PeerNode } from './datapath.ts'
import { probeNodes, reachable } from './health.ts'

/** What the agent knows when somebody runs a command in its container. */
export interface AgentView {
  readonly nodeName: string
  readonly ready: boolean
  readonly nodes: readonly PeerNode[]
  /** The ConfigMap cilium-config. */
  readonly settings: Readonly<Record<string, string>>
}

/** The agent's own hold on its view. */
export interface AgentState extends AgentView {
  ready: boolean
  nodes: readonly PeerNode[]
  settings: Readonly<Record<string, string>>
}

/** `cilium-dbg status [--brief|--verbose]` and `cilium-health status [--probe] [-o json]`. */
export async function execInAgent(command: readonly string[], view: AgentView): Promise<ExecResult> {
  const [program = '', verb = '', ...flags] = command
  const name = program.replace(/^.*\//, '')
  if ((name === 'cilium-dbg' || name === 'cilium') && verb === 'status') return status(view, flags)
  if (name === 'cilium-health' && verb === 'status') return health(view, flags)
  return {
    exitCode: 1,
    output: `the local cloud's Cilium does not know "${command.join(' ')}"; it knows cilium-dbg status and cilium-health status\n`,
  }
}

function status({ ready, settings, nodes }: AgentView, flags: readonly string[]): ExecResult {
  const exitCode = ready ? 0 : 1
  if (flags.includes('--brief')) return { exitCode, output: ready ? 'OK\n' : 'error: daemon not ready\n' }
  const lines = [
    ['KVStore:', 'Disabled'],
    ['Kubernetes:', 'Ok'],
    ['KubeProxyReplacement:', settings['kube-proxy-replacement'] === 'true' ? 'True' : 'False'],
    ['Cilium:', ready ? 'Ok   1.19.6 (local cloud)' : 'Failure   not ready'],
    ['Routing:', 'Network: Tunnel [vxlan]   Host: Legacy'],
    ['Masquerading:', settings['enable-bpf-masquerade'] === 'true' ? 'BPF' : 'IPTables [IPv4: Enabled]'],
    ['Cluster health:', `${nodes.length} nodes known`],
    ['Hubble:', settings['enable-hubble'] === 'true' ? 'Ok' : 'Disabled'],
    ['Encryption:', settings['enable-wireguard'] === 'true' ? 'Wireguard' : 'Disabled'],
  ]
  const text = lines.map(([label = '', value = '']) => `${label.padEnd(24)} ${value}\n`).join('')
  return { exitCode, output: text.replace(/^Encryption: {13} /m, 'Encryption:       ') }
}

async function health({ nodeName, nodes }: AgentView, flags: readonly string[]): Promise<ExecResult> {
  const found = await probeNodes(nodeName, nodes)
  const output = flags.some(
    (flag, index) => /^(-o|--output)?=?json$/.test(flag) || (flag === '-o' && flags[index + 1] === 'json'),
  )
  if (output) return { exitCode: 0, output: `${JSON.stringify(found, null, 2)}\n` }
  const good = found.nodes.filter(
    (node) =>
      reachable(node.host['primary-address']) && reachable(node['health-endpoint']['primary-address']),
  )
  return {
    exitCode: 0,
    output: `Probe time:   ${found.timestamp}\nNodes:        ${good.length}/${nodes.length} reachable\n`,
  }
}
