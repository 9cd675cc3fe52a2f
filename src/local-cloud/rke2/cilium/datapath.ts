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
  await runCommand('sysctl', ['-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0'])
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

/**
 * The only Service there is for pods: the API at its cluster address, spread over `servers`. What leaves the pod network
 * takes the node's address.
 */
export async function serveApiAddress(
  apiAddress: string,
  clusterCidr: string,
  servers: readonly string[],
): Promise<void> {
  const targets = servers.map((server, index) => `${index} : ${server} . 6443`).join(', ')
  const translate = `ip daddr ${apiAddress} tcp dport 443 dnat to numgen random mod ${servers.length} map { ${targets} }`
  const lines = [
    'table ip cilium',
    'delete table ip cilium',
    'table ip cilium {',
    ' chain services {',
    '  type nat hook prerouting priority dstnat; policy accept;',
    ...(servers.length ? [`  ${translate}`] : []),
    ' }',
    ' chain leaving {',
    '  type nat hook postrouting priority srcnat; policy accept;',
    `  ip saddr ${clusterCidr} ip daddr != ${clusterCidr} masquerade`,
    ' }',
    '}',
    '',
  ]
  await runCommand('nft', ['-f', '-'], lines.join('\n'))
}
