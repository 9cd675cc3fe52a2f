import { readFileSync } from 'node:fs'
import type { Role } from './flags.ts'

/** What a profile looks at on a machine. */
export interface MachineSettings {
  /** The number in /proc/sys. @throws Error when there is none. */
  sysctl(name: string): number
  /** The lines of /etc/passwd and /etc/group. */
  users: readonly string[]
  groups: readonly string[]
}

/** Kernel settings that `profile: cis` asks for (rancher/rke2, profile_linux.go). */
const KERNEL: Readonly<Record<string, number>> = {
  'vm.overcommit_memory': 1,
  'vm.panic_on_oom': 0,
  'kernel.panic': 10,
  'kernel.panic_on_oops': 1,
}

/**
 * Why RKE2 would not start under `profile` on this machine, in its own words, or undefined. The kernel is looked at first, on every role;
 * the user and group of etcd on servers alone, and only when the kernel is well.
 */
export function profileFault(
  profile: string | undefined,
  role: Role,
  settings: MachineSettings,
): string | undefined {
  if (profile === undefined) return undefined
  const faults = profile === 'cis' ? kernelFaults(settings) : []
  return text(faults) ?? text(role === 'server' ? etcdFaults(settings) : [])
}

const text = (faults: readonly string[]) =>
  faults.length ? faults.map((fault) => `${fault}\n`).join('') : undefined

const kernelFaults = ({ sysctl }: MachineSettings): string[] =>
  Object.entries(KERNEL).flatMap(([name, expected]) => {
    const value = sysctl(name)
    return value === expected
      ? []
      : [`invalid kernel parameter value ${name}=${value} - expected ${expected}`]
  })

function etcdFaults({ users, groups }: MachineSettings): string[] {
  const has = (lines: readonly string[]) => lines.some((line) => line.startsWith('etcd:'))
  return [
    ...(has(users) ? [] : ['missing required: user: unknown user etcd']),
    ...(has(groups) ? [] : ['missing required: group: unknown group etcd']),
  ]
}

/** This machine's settings; a sandbox shares the kernel's with the machine that it runs on. */
export function readMachineSettings(): MachineSettings {
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n')
  return {
    sysctl: (name) => Number(readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8')),
    users: lines('/etc/passwd'),
    groups: lines('/etc/group'),
  }
}
