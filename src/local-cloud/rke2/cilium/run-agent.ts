import type { ContainerContext, Runner } from '../kubelet/runner.ts'
import { untilStopped } from '../kubelet/runner.ts'
import {
  createSandbox,
  gatewayOf,
  healthAddressOf,
  namespaceFile,
  unwireSandbox,
} from '../kubelet/sandbox.ts'
import { listenInPod } from '../kubelet/shim.ts'
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import { collectionPath, find } from '../kubernetes/resources.ts'
import { paths } from '../paths.ts'
import { addressOf, isReady, isServer } from '../server/watch-nodes.ts'
import type { PeerNode } from './datapath.ts'
import { type AgentState, execInAgent } from './exec.ts'
import { HEALTH_PORT } from './health.ts'
import { followPeers, joinNetwork, writeCniConfig } from './join-network.ts'
import { translateServices } from './translate-services.ts'

/** cilium-agent: waits for the operator, then joins this node to every other by VXLAN and tells the kubelet that pods may have a network. */
export const runCiliumAgent: Runner = (context) => {
  const view: AgentState = { nodeName: context.node.nodeName, ready: false, nodes: [], settings: {} }
  return {
    exited: work(context, view),
    ready: () => view.ready,
    exec: (command) => execInAgent(command, view),
  }
}

async function work(context: ContainerContext, view: AgentState): Promise<number> {
  const { node, scale, signal, write, container } = context
  try {
    const api = await context.api()
    view.settings = await readSettings(api)
    const direct = container.env.some(({ name }) => name === 'KUBERNETES_SERVICE_HOST')
    if (view.settings['kube-proxy-replacement'] === 'true' && !direct) {
      write(
        'level=fatal msg="Unable to contact k8s api-server" error="dial tcp 10.43.0.1:443: i/o timeout" ipAddr="https://10.43.0.1:443"',
      )
      return 1
    }
    const host = { nodeName: node.nodeName, api, write, scale, signal }
    const self = await joinNetwork(host)
    await startHealth(self)
    const told = (nodes: PeerNode[]) => {
      view.nodes = nodes
    }
    followPeers(host, self, told, serveApiAddress(self, node.critical.serviceCidr))
    writeCniConfig(paths.cniConfig, cniConfig(view.settings['cni-chaining-mode']))
    view.ready = true
    write('level=info msg="Daemon initialization completed"')
    return await untilStopped(signal)
  } catch (error) {
    write(`level=fatal msg="Daemon exited" error=${JSON.stringify((error as Error).message)}`)
    return 1
  }
}

/** What Cilium writes: by itself, or with portmap after it. */
const cniConfig = (chained = 'none') => ({
  cniVersion: '0.3.1',
  name: chained === 'portmap' ? 'portmap' : 'cilium',
  plugins: [
    { type: 'cilium-cni' },
    ...(chained === 'portmap' ? [{ type: 'portmap', capabilities: { portMappings: true } }] : []),
  ],
})

async function readSettings(api: ApiClient): Promise<Record<string, string>> {
  const found = await find(api, `${collectionPath('v1', 'ConfigMap', 'kube-system')}/cilium-config`)
  return (found?.['data'] as Record<string, string> | undefined) ?? {}
}

/** The node itself and an endpoint on its pod network answer on 4240, so that other nodes can tell the two ways apart. */
async function startHealth({ name, podCidr }: PeerNode): Promise<void> {
  // An earlier agent's namespace lives as long as the listener in it, and so does its wire.
  await unwireSandbox('cilium-health')
  const sandbox = await createSandbox('cilium-health', healthAddressOf(podCidr), gatewayOf(podCidr))
  const common = { port: HEALTH_PORT, kind: 'health', hostname: name } as const
  await listenInPod({ ...common, id: 'cilium-health-host', netns: null })
  await listenInPod({ ...common, id: 'cilium-health-endpoint', netns: namespaceFile(sandbox.namespace) })
}

/** The only Service there is for our own kubelet's pods: the API at its cluster address, spread over the ready servers. */
function serveApiAddress({ podCidr }: PeerNode, serviceCidr: string) {
  const address = serviceCidr.replace(/\.\d+\/\d+$/, '.1')
  const servers = new Map<string, string>()
  return async (node: KubernetesObject, gone: boolean) => {
    const { name } = node.metadata
    const ip = !gone && isServer(node) && isReady(node) ? addressOf(node) : undefined
    if (servers.get(name) === ip) return
    if (ip === undefined) servers.delete(name)
    else servers.set(name, ip)
    const backends = [...servers.values()].map((server) => ({ address: server, port: 6443 }))
    await translateServices(podCidr, [{ address, protocol: 'tcp', port: 443, backends }])
  }
}
