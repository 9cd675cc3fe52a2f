import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { CgroupHierarchy } from './cgroup-plan.ts'
import { cgroupMounts, removeMachineCgroups, unitGroups } from './cgroups.ts'
import { type Groups, inGroups, withoutHostPowers } from './enter.ts'
import type { MachineSpec } from './hypervisor.ts'
import { childOf } from './processes.ts'
import { runCommand } from './run-command.ts'
import type { Store } from './store.ts'

/** A machine that is powered on: its namespaces, as one process tree. */
export interface Sandbox {
  /** Pid 1 of the machine, as the cloud sees it. */
  init: number
  /** Control groups that its processes join. */
  groups: Groups | undefined
  /** Resolves when the last process is gone, whatever the reason. */
  gone: Promise<void>
  /** As pulling the plug. */
  cutPower(): Promise<void>
}

export interface Boot {
  spec: MachineSpec
  store: Store
  disk: string
  /** Its own control groups, when it is to run containers; else empty. */
  cgroups: readonly CgroupHierarchy[]
  /** Name of the router's end of the cable, at most 15 characters; never used twice, for the kernel frees it late. */
  link: string
}

/** Subnets are taken for /20, as in a default VPC; the router is their first address, and answers for smaller ones all the same. */
export function gatewayOf(address: string): string {
  const [a, b, c = 0] = address.split('.').map(Number)
  return `${a}.${b}.${c & 0xf0}.1`
}

/**
 * Makes namespaces, network and mounts, and starts pid 1.
 * @throws Error with the output of the failed step.
 */
export async function bootSandbox(options: Boot): Promise<Sandbox> {
  const { store, cgroups, link } = options
  const script = join(store.path, 'join-cgroups.sh')
  const runsContainers = cgroups.length > 0
  const boot = ['bash', join(store.path, 'boot.sh')]
  const directories = cgroups.map(({ directory }) => directory)
  const unshare = spawn(
    'unshare',
    [
      ...['--mount', '--pid', '--uts', '--net', '--ipc', '--fork', '--kill-child', '--'],
      ...withoutHostPowers(
        // A cgroup namespace begins at the groups that its first process is in, so that one joins before.
        runsContainers ? inGroups({ script, directories }, ['unshare', '--cgroup', '--', ...boot]) : boot,
        runsContainers,
      ),
    ],
    { env: environmentOf(options), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const gone = once(unshare, 'exit').then(() => removeMachineCgroups(cgroups))
  const init = await untilUp(unshare)
  const cutPower = async () => {
    process.kill(init, 'SIGKILL')
    await gone
    await runCommand({ argv: ['ip', 'link', 'del', link] }).catch(() => {
      // The kernel has freed the cable together with the namespace.
    })
  }
  const groups = runsContainers ? { script, directories: unitGroups(cgroups) } : undefined
  return { init, groups, gone, cutPower }
}

const environmentOf = ({ spec, store, disk, cgroups, link }: Boot): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  STORE: store.path,
  OVERLAY_OPTIONS: store.overlayOptions,
  DISK: disk,
  CONTROL: join(disk, 'control'),
  CGROUPS: cgroupMounts(cgroups),
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
