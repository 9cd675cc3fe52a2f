import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { withoutHostPowers } from './enter.ts'
import type { MachineSpec } from './hypervisor.ts'
import { childOf } from './processes.ts'
import { runCommand } from './run-command.ts'
import type { Store } from './store.ts'

/** A machine that is powered on: its namespaces, as one process tree. */
export interface Sandbox {
  /** Pid 1 of the machine, as the cloud sees it. */
  init: number
  /** Resolves when the last process is gone, whatever the reason. */
  gone: Promise<void>
  /** As pulling the plug. */
  cutPower(): Promise<void>
}

export interface Boot {
  spec: MachineSpec
  store: Store
  disk: string
  /** Name of the router's end of the cable, at most 15 characters; never used twice, for the kernel frees it late. */
  link: string
}

/** The subnets of the VPC are /20, as in a default VPC; the router is their first address. */
export function gatewayOf(address: string): string {
  const [a, b, c = 0] = address.split('.').map(Number)
  return `${a}.${b}.${c & 0xf0}.1`
}

/**
 * Makes namespaces, network and mounts, and starts pid 1.
 * @throws Error with the output of the failed step.
 */
export async function bootSandbox({ spec, store, disk, link }: Boot): Promise<Sandbox> {
  const unshare = spawn(
    'unshare',
    [
      ...['--mount', '--pid', '--uts', '--net', '--ipc', '--fork', '--kill-child', '--'],
      ...withoutHostPowers(['bash', join(store.path, 'boot.sh')]),
    ],
    { env: environmentOf({ spec, store, disk, link }), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const gone = once(unshare, 'exit').then(() => undefined)
  const init = await untilUp(unshare)
  const cutPower = async () => {
    process.kill(init, 'SIGKILL')
    await gone
    await runCommand({ argv: ['ip', 'link', 'del', link] }).catch(() => {
      // The kernel has freed the cable together with the namespace.
    })
  }
  return { init, gone, cutPower }
}

const environmentOf = ({ spec, store, disk, link }: Boot): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  STORE: store.path,
  OVERLAY_OPTIONS: store.overlayOptions,
  DISK: disk,
  CONTROL: join(disk, 'control'),
  LINK: link,
  ADDRESS: spec.privateIp,
  GATEWAY: gatewayOf(spec.privateIp),
  MACHINE_HOSTNAME: spec.hostname,
})

/** The init says "up" when everything is mounted. */
async function untilUp(unshare: ChildProcess): Promise<number> {
  let errors = ''
  unshare.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const up = await Promise.race([
    once(unshare.stdout as NodeJS.ReadableStream, 'data').then(() => true),
    once(unshare, 'exit').then(() => false),
  ])
  const init = up && unshare.pid !== undefined ? childOf(unshare.pid) : undefined
  if (init === undefined) throw new Error(`the machine did not boot: ${errors.trim()}`)
  return init
}
