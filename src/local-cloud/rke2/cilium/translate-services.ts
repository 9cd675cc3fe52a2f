import { runCommand } from '../kubelet/command.ts'

/** A Service's address and port, and what answers there. */
export interface Frontend {
  address: string
  protocol: 'tcp' | 'udp'
  port: number
  backends: readonly { address: string; port: number }[]
}

/** Replaces what the node translates, in one step of the kernel's: connections that are open stay as they are. */
export async function translateServices(podCidr: string, frontends: readonly Frontend[]): Promise<void> {
  await runCommand('nft', ['-f', '-'], serviceTable(podCidr, frontends))
}

/**
 * Services as rules of nftables, for pods and for the node itself, each connection to a backend by chance. What leaves the pod network
 * takes the node's address, and what enters it from the node takes the gateway's: answers come back the same way. So do those of a pod
 * that was led to itself.
 * @param podCidr of this node's own pods
 */
export function serviceTable(podCidr: string, frontends: readonly Frontend[]): string {
  const translations = frontends.filter(({ backends }) => backends.length).map((one) => `  ${ruleOf(one)}`)
  const addresses = new Set(frontends.flatMap(({ backends }) => backends.map(({ address }) => address)))
  const itself = [...addresses].map((address) => `${address} . ${address}`)
  return [
    'table ip cilium',
    'delete table ip cilium',
    'table ip cilium {',
    ' chain services {',
    '  type nat hook prerouting priority dstnat; policy accept;',
    ...translations,
    ' }',
    ' chain own {',
    '  type nat hook output priority -100; policy accept;',
    ...translations,
    ' }',
    ' chain leaving {',
    '  type nat hook postrouting priority srcnat; policy accept;',
    `  ip saddr ${podCidr} oifname != "cilium_vxlan" oifname != "lxc*" masquerade`,
    `  ip saddr != ${podCidr} oifname "cilium_vxlan" masquerade`,
    ...(itself.length ? [`  ip saddr . ip daddr { ${itself.join(', ')} } masquerade`] : []),
    ' }',
    '}',
    '',
  ].join('\n')
}

function ruleOf({ address, protocol, port, backends }: Frontend): string {
  const targets = backends.map((one, index) => `${index} : ${one.address} . ${one.port}`).join(', ')
  return `ip daddr ${address} ${protocol} dport ${port} dnat to numgen random mod ${backends.length} map { ${targets} }`
}
