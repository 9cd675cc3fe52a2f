import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as z from 'zod'
import { runCommand } from '../../kubelet/command.ts'
import { allocateAddress, gatewayOf, inNamespace, unwireSandbox, wireSandbox } from '../../kubelet/sandbox.ts'
import { closeHostPorts, openHostPorts, portMappings } from './host-ports.ts'

/** Which address is whose, a file each. Gone with a reboot, as the pods are. */
const ADDRESSES = '/run/cilium/addresses'

const environment = z.object({
  CNI_COMMAND: z.enum(['ADD', 'DEL', 'CHECK', 'VERSION']),
  CNI_CONTAINERID: z.string().default(''),
  /** A file in /run/netns; empty when it is gone before the pod is. */
  CNI_NETNS: z.string().default(''),
})
const configuration = z.looseObject({
  cniVersion: z.string(),
  podCidr: z.string().optional(),
  runtimeConfig: z.looseObject({ portMappings: portMappings.default([]) }).optional(),
})

type Call = z.infer<typeof environment> & z.infer<typeof configuration>

/** The plugins by name, each as the CNI specification 1.0.0 wants it. */
const plugins: Readonly<Record<string, (call: Call) => Promise<object | undefined>>> = {
  'cilium-cni': callCilium,
  loopback: callLoopback,
}

/**
 * One call of a CNI plugin, with its configuration on standard input.
 * @returns what goes to standard output, and the status to end with.
 */
export async function runPlugin(
  name: string,
  variables: NodeJS.ProcessEnv,
  input: string,
): Promise<{ output: string; exitCode: number }> {
  try {
    const call = { ...configuration.parse(JSON.parse(input)), ...environment.parse(variables) }
    const answer =
      call.CNI_COMMAND === 'VERSION'
        ? { supportedVersions: ['0.3.1', '0.4.0', '1.0.0'] }
        : await plugins[name]?.(call)
    return { output: answer ? JSON.stringify({ cniVersion: call.cniVersion, ...answer }) : '', exitCode: 0 }
  } catch (error) {
    // Codes from 100 on are the plugin's own.
    return {
      output: JSON.stringify({ cniVersion: '1.0.0', code: 100, msg: (error as Error).message }),
      exitCode: 1,
    }
  }
}

async function callCilium(call: Call): Promise<object | undefined> {
  const { CNI_COMMAND: command, CNI_CONTAINERID: id } = call
  if (command === 'ADD') return add(call)
  if (command === 'CHECK')
    await runCommand('nsenter', inNamespace(namespaceOf(call), 'ip', 'link', 'show', 'eth0'))
  else {
    await closeHostPorts(portsOf(call))
    await unwireSandbox(id)
    release(id)
  }
  return undefined
}

const portsOf = ({ runtimeConfig }: Call) => runtimeConfig?.portMappings ?? []

async function add(call: Call): Promise<object> {
  const { CNI_CONTAINERID: id, CNI_NETNS: netns, podCidr } = call
  if (podCidr === undefined) throw new Error('the configuration names no podCidr')
  const address = reserve(podCidr, id)
  const gateway = gatewayOf(podCidr)
  try {
    await wireSandbox(id, { namespace: namespaceOf(call), address }, gateway)
    await openHostPorts(address, portsOf(call))
  } catch (error) {
    await unwireSandbox(id)
    release(id)
    throw error
  }
  return {
    interfaces: [{ name: 'eth0', sandbox: netns }],
    ips: [{ address: `${address}/32`, gateway, interface: 0 }],
    routes: [{ dst: '0.0.0.0/0', gw: gateway }],
  }
}

const namespaceOf = ({ CNI_NETNS }: Call) => basename(CNI_NETNS)

/** Takes the first free address of the range. Pods that start at the same moment may want the same one: the file decides. */
function reserve(podCidr: string, id: string): string {
  mkdirSync(ADDRESSES, { recursive: true })
  for (;;) {
    const address = allocateAddress(podCidr, new Set(readdirSync(ADDRESSES)))
    try {
      writeFileSync(join(ADDRESSES, address), id, { flag: 'wx' })
      return address
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function release(id: string): void {
  mkdirSync(ADDRESSES, { recursive: true })
  const files = readdirSync(ADDRESSES).map((name) => join(ADDRESSES, name))
  for (const file of files) if (holderOf(file) === id) rmSync(file, { force: true })
}

/** Nobody, when another call has just taken the file away. */
function holderOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** containerd asks for it by this name for every pod; Cilium's own image brings it along. */
async function callLoopback(call: Call): Promise<object | undefined> {
  if (call.CNI_COMMAND === 'DEL') return undefined
  await runCommand('nsenter', inNamespace(namespaceOf(call), 'ip', 'link', 'set', 'lo', 'up'))
  return { interfaces: [{ name: 'lo', sandbox: call.CNI_NETNS }] }
}
