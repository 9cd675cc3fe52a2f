import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/** systemd's own default for system services. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

// The kernel is the host's: a machine must not load modules, set its clock, make device nodes or read its log.
const WITHHELD = ['sys_module', 'sys_rawio', 'sys_time', 'sys_boot', 'syslog', 'mknod', 'mac_admin']

/** A command line that gives up what a machine must not do to the host, then becomes `argv`. */
export const withoutHostPowers = (argv: readonly string[]): string[] => [
  'setpriv',
  `--bounding-set=${WITHHELD.map((name) => `-${name}`).join(',')}`,
  ...argv,
]

export interface Enter {
  /** Pid 1 of the machine, as the cloud sees it. */
  init: number
  argv: readonly string[]
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
  env,
  directory,
  stdio = ['ignore', 'pipe', 'pipe'],
}: Enter): ChildProcess {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid']
  const place = directory === undefined ? [] : ['env', `--chdir=${directory}`]
  const command = [
    '--target',
    String(init),
    ...namespaces,
    '--',
    'setsid',
    ...withoutHostPowers([...place, ...argv]),
  ]
  return spawn('nsenter', command, { env: { PATH: SYSTEM_PATH, ...env }, stdio })
}
