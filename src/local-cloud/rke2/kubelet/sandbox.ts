import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { runCommand } from './command.ts'

/** A pod's network: a namespace of its own, joined to the node by a veth, reached through a /32 route. */
export interface Sandbox {
  namespace: string
  address: string
}

// VXLAN takes 50 of the 1500 bytes.
const MTU = 1450

export const namespaceFile = (namespace: string): string => `/run/netns/${namespace}`

/** `nsenter`'s arguments for a command inside a namespace: `ip -n` mounts a /sys anew, which a user namespace may refuse. */
export const inNamespace = (namespace: string, ...command: readonly string[]): string[] => [
  `--net=${namespaceFile(namespace)}`,
  ...command,
]

const idOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 11)

/** The node's end of a pod's veth. */
const linkOf = (key: string) => `lxc${idOf(key)}`

/** Makes the sandbox, or takes over one that an earlier kubelet of this node made. `gateway` is the node's own pod address. */
export async function createSandbox(key: string, address: string, gateway: string): Promise<Sandbox> {
  const namespace = `cni-${idOf(key)}`
  if (existsSync(namespaceFile(namespace))) await removeSandbox(namespace)
  await runCommand('ip', ['netns', 'add', namespace])
  await wireSandbox(key, { namespace, address }, gateway)
  return { namespace, address }
}

/** Joins a namespace in /run/netns, whoever made it, to the node's network. */
export async function wireSandbox(
  key: string,
  { namespace, address }: Sandbox,
  gateway: string,
): Promise<void> {
  const link = linkOf(key)
  await runCommand(
    'ip',
    ['-batch', '-'],
    [
      `link add ${link} mtu ${MTU} type veth peer name eth0 mtu ${MTU} netns ${namespace}`,
      `link set ${link} up`,
      `route replace ${address}/32 dev ${link}`,
      '',
    ].join('\n'),
  )
  await runCommand(
    'nsenter',
    inNamespace(namespace, 'ip', '-batch', '-'),
    [
      'link set lo up',
      `addr add ${address}/32 dev eth0`,
      'link set eth0 up',
      `route add ${gateway}/32 dev eth0 scope link`,
      `route add default via ${gateway} dev eth0`,
      '',
    ].join('\n'),
  )
}

/** Takes a sandbox's wire away, if there is one: the kernel frees it some time after its namespace. */
export async function unwireSandbox(key: string): Promise<void> {
  await runCommand('ip', ['link', 'delete', linkOf(key)]).catch(() => undefined)
}

/** The veth goes with its namespace. */
export async function removeSandbox(namespace: string): Promise<void> {
  await runCommand('ip', ['netns', 'delete', namespace]).catch(() => undefined)
}

/** The first free address of `podCidr` (a /24) after the gateway .1 and the health endpoint .2. @throws Error when it is full. */
export function allocateAddress(podCidr: string, used: ReadonlySet<string>): string {
  const prefix = podCidr.replace(/\.\d+\/\d+$/, '')
  for (let host = 3; host < 255; host++) {
    const address = `${prefix}.${host}`
    if (!used.has(address)) return address
  }
  throw new Error(`no address is free in ${podCidr}`)
}

export const gatewayOf = (podCidr: string): string => podCidr.replace(/\.\d+\/\d+$/, '.1')
export const healthAddressOf = (podCidr: string): string => podCidr.replace(/\.\d+\/\d+$/, '.2')
