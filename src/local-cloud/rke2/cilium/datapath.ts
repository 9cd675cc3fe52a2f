import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { runCommand } from '../kubelet/command.ts'
import { gatewayOf } from '../kubelet/sandbox.ts'

export interface PeerNode {
  name: string
  ip: string
  podCidr: string
}

const LINK = 'cilium_vxlan'
const VXLAN_ID = 42
const VXLAN_PORT = 8472

/** Each node's tunnel address on layer 2 is known from its pod gateway, so that nobody has to ask for it. */
function tunnelMac(podCidr: string): string {
  const bytes = gatewayOf(podCidr)
    .split('.')
    .map((byte) => Number(byte).toString(16).padStart(2, '0'))
  return ['0a', '58', ...bytes].join(':')
}

/** This node's end of the tunnel and its pods' gateway. May run again over its own work. */
export async function createTunnel(self: PeerNode): Promise<void> {
  await setSysctl('ipv4/ip_forward', '1')
  await setSysctl('ipv4/conf/all/rp_filter', '0')
  // What links made from now on begin with: the larger of this and the above counts.
  await setSysctl('ipv4/conf/default/rp_filter', '0')
  const options = `type vxlan id ${VXLAN_ID} dstport ${VXLAN_PORT} local ${self.ip} nolearning`
  await runCommand('ip', ['link', 'show', LINK]).catch(() =>
    runCommand('ip', ['link', 'add', LINK, ...options.split(' ')]),
  )
  await runCommand(
    'ip',
    ['-batch', '-'],
    [
      `link set ${LINK} address ${tunnelMac(self.podCidr)} mtu 1450 up`,
      `addr replace ${gatewayOf(self.podCidr)}/32 dev ${LINK}`,
      '',
    ].join('\n'),
  )
}

// In a container /proc/sys is read-only, and the chart mounts the node's own there.
const SYSCTLS = ['/host/proc/sys/net', '/proc/sys/net']

async function setSysctl(name: string, value: string): Promise<void> {
  const directory = SYSCTLS.find((each) => existsSync(each)) ?? ''
  await writeFile(`${directory}/${name}`, value)
}

/** The way to another node's pods: route, neighbour, tunnel endpoint. */
export async function addPeer({ ip, podCidr }: PeerNode): Promise<void> {
  const gateway = gatewayOf(podCidr)
  const mac = tunnelMac(podCidr)
  await runCommand(
    'ip',
    ['-batch', '-'],
    [
      `route replace ${podCidr} via ${gateway} dev ${LINK} onlink`,
      `neigh replace ${gateway} lladdr ${mac} dev ${LINK} nud permanent`,
      '',
    ].join('\n'),
  )
  await runCommand('bridge', ['fdb', 'replace', mac, 'dev', LINK, 'dst', ip])
}

export async function removePeer({ podCidr }: PeerNode): Promise<void> {
  const gateway = gatewayOf(podCidr)
  await runCommand('ip', ['route', 'delete', podCidr, 'dev', LINK]).catch(() => undefined)
  await runCommand('ip', ['neigh', 'delete', gateway, 'dev', LINK]).catch(() => undefined)
  await runCommand('bridge', ['fdb', 'delete', tunnelMac(podCidr), 'dev', LINK]).catch(() => undefined)
}
