import { hostname } from 'node:os'
import { untilStopped } from '../../kubelet/runner.ts'
import { scaleBy } from '../../timing.ts'
import type { AgentState } from '../exec.ts'
import { followPeers, joinNetwork, writeCniConfig } from '../join-network.ts'
import { answerHealth } from './answer-health.ts'
import { serveCommands } from './command-socket.ts'
import { readSettings } from './config-map.ts'
import { followServices } from './follow-services.ts'
import { startProgram } from './program.ts'
import { serveProbes } from './serve-probes.ts'
import { accountClient } from './service-account.ts'

/** The name by which Cilium's own agent writes it, in the directory that the chart mounts here. */
const CNI_CONFIG = '/host/etc/cni/net.d/05-cilium.conflist'

/** Cilium's own port, unless the chart says another. */
const PROBE_PORT = '9879'

/** `cilium-agent` in a container of RKE2's own chart. Ends when it is stopped; the pods' network stays. */
export async function runAgent(): Promise<number> {
  const { write, signal } = startProgram()
  const settings = readSettings()
  const nodeName = process.env['K8S_NODE_NAME'] ?? hostname()
  const view: AgentState = { nodeName, ready: false, nodes: [], settings }
  await serveProbes(Number(settings['agent-health-port'] ?? PROBE_PORT), () => view.ready)
  await serveCommands(view)
  const host = { nodeName, api: accountClient(), write, scale: scaleBy(1), signal }
  const self = await joinNetwork(host)
  await followServices(host, self)
  await answerHealth(self, host)
  followPeers(host, self, (nodes) => {
    view.nodes = nodes
  })
  writeCniConfig(CNI_CONFIG, {
    cniVersion: '1.0.0',
    name: 'cilium',
    plugins: [{ type: 'cilium-cni', podCidr: self.podCidr, capabilities: { portMappings: true } }],
  })
  view.ready = true
  write('level=info msg="Daemon initialization completed"')
  return untilStopped(signal)
}
