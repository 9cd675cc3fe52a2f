import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/** systemd's own default for system services. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

// The kernel is the host's: a machine must not load modules, set its clock, make device nodes or read its log.
const WITHHELD = ['sys_rawio', 'sys_time', 'sys_boot', 'mac_admin']
// A container runtime makes device nodes, Cilium's containers ask for modules, and the kubelet reads the kernel's log.
const WITHHELD_WITHOUT_CONTAINERS = ['sys_module', 'syslog', 'mknod']

/** A command line that gives up what a machine must not do to the host, then becomes `argv`. */
export function withoutHostPowers(argv: readonly string[], runsContainers: boolean): string[] {
  const withheld = runsContainers ? WITHHELD : [...WITHHELD, ...WITHHELD_WITHOUT_CONTAINERS]
  return ['setpriv', `--bounding-set=${withheld.map((name) => `-${name}`).join(',')}`, ...argv]
}

/** Control groups that a process joins, as the cloud sees them. */
export interface Groups {
  /** The program that joins them. */
  script: string
  directories: readonly string[]
}

/** A command line that joins control groups and then becomes `argv`. */
export const inGroups = ({ script, directories }: Groups, argv: readonly string[]): string[] => [
  ...['sh', script, ...directories, '--'],
  ...argv,
]

export interface Enter {
  /** Pid 1 of the machine, as the cloud sees it. */
  init: number
  argv: readonly string[]
  /** Control groups that it joins, when the machine runs containers. */
  groups?: Groups | undefined
  env: Readonly<Record<string, string>>
  /** Inside the machine. */
  directory?: string | undefined
  stdio?: SpawnOptions['stdio']
}

/**
 * Starts a process inside a machine, in a session of its own. What is returned is `nsenter`, which stays as its parent and
 * ends as it ends: same exit code, same signal.
 */
export function enter({
  init,
  argv,
  groups,
  env,
  directory,
  stdio = ['ignore', 'pipe', 'pipe'],
}: Enter): ChildProcess {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', ...(groups ? ['--cgroup'] : [])]
  const place = directory === undefined ? [] : ['env', `--chdir=${directory}`]
  const nsenter = [
    'nsenter',
    '--target',
    String(init),
    ...namespaces,
    '--',
    'setsid',
    ...withoutHostPowers([...place, ...argv], groups !== undefined),
  ]
  const [program = '', ...args] = groups ? inGroups(groups, nsenter) : nsenter
  return spawn(program, args, { env: { PATH: SYSTEM_PATH, ...env }, stdio })
}
