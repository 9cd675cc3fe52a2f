import * as z from 'zod'
import { runCommand } from '../../kubelet/command.ts'

const portMapping = z.looseObject({
  hostPort: z.number(),
  containerPort: z.number(),
  protocol: z.string().default('tcp'),
  hostIP: z.string().default(''),
})

/** containerd writes `HostPort`, where CNI's conventions say `hostPort`; plugins in Go read either. */
const withSmallInitials = (value: unknown) =>
  Object.fromEntries(
    Object.entries(z.record(z.string(), z.unknown()).parse(value)).map(([key, each]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      each,
    ]),
  )

/** What a plugin is told that has the capability `portMappings`. */
export const portMappings = z.array(z.preprocess(withSmallInitials, portMapping))
type PortMappings = z.infer<typeof portMappings>

/** One rule for every port there is; the kernel looks the port up. Said again, it changes nothing. */
const TABLE = `
add table ip cilium_ports
add map ip cilium_ports pods { type inet_proto . inet_service : ipv4_addr . inet_service; }
add chain ip cilium_ports arriving { type nat hook prerouting priority dstnat; }
add chain ip cilium_ports own { type nat hook output priority -100; }
flush chain ip cilium_ports arriving
flush chain ip cilium_ports own
${['arriving', 'own']
  .map(
    (chain) =>
      `add rule ip cilium_ports ${chain} fib daddr type local ip daddr != 127.0.0.0/8 dnat ip to meta l4proto . th dport map @pods`,
  )
  .join('\n')}
`

const keyOf = ({ protocol, hostPort }: PortMappings[number]) => `${protocol.toLowerCase()} . ${hostPort}`

/** Leads ports of the node to a pod, at all of the node's addresses but loopback. @throws Error for a port of one address, or one that is taken. */
export async function openHostPorts(address: string, ports: PortMappings): Promise<void> {
  if (!ports.length) return
  const one = ports.find(({ hostIP }) => hostIP !== '' && hostIP !== '0.0.0.0')
  if (one)
    throw new Error(`port ${one.hostPort} at ${one.hostIP} alone is more than the local cloud's Cilium knows`)
  const elements = ports.map((port) => `${keyOf(port)} : ${address} . ${port.containerPort}`)
  await runCommand(
    'nft',
    ['-f', '-'],
    `${TABLE}add element ip cilium_ports pods { ${elements.join(', ')} }\n`,
  )
}

/** Ports that are closed already are no error: CNI wants that of a plugin. */
export async function closeHostPorts(ports: PortMappings): Promise<void> {
  for (const port of ports)
    await runCommand('nft', ['delete', 'element', 'ip', 'cilium_ports', 'pods', `{ ${keyOf(port)} }`]).catch(
      () => undefined,
    )
}
