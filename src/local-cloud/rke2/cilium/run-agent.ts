import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ContainerContext, type Runner, untilStopped } from '../kubelet/runner.ts'
import { createSandbox, gatewayOf, healthAddressOf, namespaceFile } from '../kubelet/sandbox.ts'
import { listenInPod } from '../kubelet/shim.ts'
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import { ApiError } from '../kubernetes/api-client.ts'
import { follow } from '../kubernetes/follow.ts'
import { collectionPath, find } from '../kubernetes/resources.ts'
import { paths } from '../paths.ts'
import { addressOf, isReady, isServer } from '../server/watch-nodes.ts'
import { sleep } from '../timing.ts'
import { awaitedDefinitions } from './custom-resources.ts'
import { addPeer, createTunnel, type PeerNode, removePeer, serveApiAddress } from './datapath.ts'
import { type AgentView, execInAgent } from './exec.ts'
import { HEALTH_PORT } from './health.ts'

const POLL_MS = 250
const REMIND_SECONDS = 5

/** cilium-agent: waits for the operator, then joins this node to every other by VXLAN and tells the kubelet that pods may have a network. */
export const runCiliumAgent: Runner = (context) => {
  const view = { nodeName: context.node.nodeName, ready: false, nodes: [], settings: {} } as AgentState
  return {
    exited: work(context, view),
    ready: () => view.ready,
    exec: (command) => execInAgent(command, view),
  }
}

interface AgentState extends AgentView {
  ready: boolean
  nodes: PeerNode[]
  settings: Record<string, string>
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
    await awaitDefinitions(api, write, scale(REMIND_SECONDS, 500), signal)
    const self = await awaitOwnRange(api, node.nodeName, node.nodeIp, signal)
    await createTunnel(self)
    await startHealth(self)
    followPeers(api, self, view, context)
    writeCniConfig()
    view.ready = true
    write('level=info msg="Daemon initialization completed"')
    return await untilStopped(signal)
  } catch (error) {
    write(`level=fatal msg="Daemon exited" error=${JSON.stringify((error as Error).message)}`)
    return 1
  }
}

async function readSettings(api: ApiClient): Promise<Record<string, string>> {
  const found = await find(api, `${collectionPath('v1', 'ConfigMap', 'kube-system')}/cilium-config`)
  return (found?.['data'] as Record<string, string> | undefined) ?? {}
}

async function awaitDefinitions(
  api: ApiClient,
  write: (line: string) => void,
  remindMs: number,
  signal: AbortSignal,
): Promise<void> {
  const path = collectionPath('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
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

async function awaitOwnRange(
  api: ApiClient,
  name: string,
  ip: string,
  signal: AbortSignal,
): Promise<PeerNode> {
  while (!signal.aborted) {
    const node = await findQuietly(api, `${collectionPath('v1', 'Node')}/${name}`)
    const podCidr = podCidrOf(node)
    if (podCidr !== undefined) return { name, ip, podCidr }
    await sleep(POLL_MS)
  }
  throw new Error('stopped while waiting for a podCIDR')
}

const podCidrOf = (node: KubernetesObject | undefined): string | undefined =>
  (node?.['spec'] as { podCIDR?: string } | undefined)?.podCIDR

/** The node itself and an endpoint on its pod network answer on 4240, so that other nodes can tell the two ways apart. */
async function startHealth({ name, podCidr }: PeerNode): Promise<void> {
  const sandbox = await createSandbox('cilium-health', healthAddressOf(podCidr), gatewayOf(podCidr))
  const common = { port: HEALTH_PORT, kind: 'health', hostname: name } as const
  await listenInPod({ ...common, id: 'cilium-health-host', netns: null })
  await listenInPod({ ...common, id: 'cilium-health-endpoint', netns: namespaceFile(sandbox.namespace) })
}

/** Other nodes come and go; changes are carried out one after another. */
function followPeers(api: ApiClient, self: PeerNode, view: AgentState, context: ContainerContext): void {
  const known = new Map<string, PeerNode>([[self.name, self]])
  const { critical } = context.node
  const apiAddress = critical.serviceCidr.replace(/\.\d+\/\d+$/, '.1')
  let queue = Promise.resolve()
  const change = (node: KubernetesObject, gone: boolean) => {
    queue = queue
      .then(() => applyNode(node, gone))
      .catch((error: Error) =>
        context.write(`level=error msg="Unable to update node" error=${JSON.stringify(error.message)}`),
      )
  }
  const applyNode = async (node: KubernetesObject, gone: boolean) => {
    const ip = addressOf(node)
    const podCidr = podCidrOf(node)
    const { name } = node.metadata
    await updateServers(!gone && isServer(node) && isReady(node) ? ip : undefined, name)
    const before = known.get(name)
    if (name === self.name || (before && before.ip === ip && before.podCidr === podCidr && !gone)) return
    if (before) await removePeer(before)
    known.delete(name)
    if (!gone && ip !== undefined && podCidr !== undefined) {
      await addPeer({ name, ip, podCidr })
      known.set(name, { name, ip, podCidr })
    }
    view.nodes = [...known.values()]
  }
  const addressByServer = new Map<string, string>()
  const updateServers = async (ip: string | undefined, name: string) => {
    if (addressByServer.get(name) === ip) return
    if (ip === undefined) addressByServer.delete(name)
    else addressByServer.set(name, ip)
    await serveApiAddress(apiAddress, critical.clusterCidr, [...addressByServer.values()])
  }
  view.nodes = [self]
  follow(api, collectionPath('v1', 'Node'), '', change, context.signal)
}

/** Its presence is what makes the kubelet call the pod network ready. */
function writeCniConfig(): void {
  mkdirSync(dirname(paths.cniConfig), { recursive: true })
  const config = {
    cniVersion: '0.3.1',
    name: 'portmap',
    plugins: [{ type: 'cilium-cni' }, { type: 'portmap', capabilities: { portMappings: true } }],
  }
  writeFileSync(paths.cniConfig, `${JSON.stringify(config, null, 2)}\n`)
}
