import { spawnSync } from 'node:child_process'
import { UserError } from '../../kit/errors.ts'

/** How this user may make namespaces. */
export interface WayIn {
  /** What comes before the program that runs inside. */
  command: readonly [string, ...string[]]
  /** What comes before a command that must run as the host's root; nothing where this user can't. */
  become: readonly string[] | undefined
  /** Inside, root is only this user. */
  userNamespace: boolean
}

const NAMESPACES = ['--mount', '--net', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc']

const WAYS: readonly (WayIn & { name: string })[] = [
  { name: 'root', command: ['unshare', ...NAMESPACES], become: [], userNamespace: false },
  {
    name: 'sudo',
    command: ['sudo', '-n', 'unshare', ...NAMESPACES],
    become: ['sudo', '-n'],
    userNamespace: false,
  },
  {
    name: 'an unprivileged user namespace',
    command: ['unshare', '--user', '--map-root-user', ...NAMESPACES],
    become: undefined,
    userNamespace: true,
  },
]

export type Attempt = (command: readonly [string, ...string[]]) => { works: boolean; reason: string }

const attemptForReal: Attempt = ([program, ...args]) => {
  const { status, stderr, error } = spawnSync(program, [...args, 'true'], { encoding: 'utf8' })
  return { works: status === 0, reason: (error?.message ?? stderr ?? '').trim().split('\n').at(-1) ?? '' }
}

/**
 * Tries each way and takes the first that works.
 * @throws UserError saying for each way what is missing.
 */
export function chooseWayIn(isRoot: boolean, attempt: Attempt = attemptForReal): WayIn {
  const reasons: string[] = []
  for (const way of WAYS) {
    if ((way.name === 'root') !== isRoot) continue
    const { works, reason } = attempt(way.command)
    if (works) return way
    reasons.push(`  with ${way.name}: ${reason}`)
  }
  throw new UserError(
    `The local cloud can't make the namespaces that its machines live in:\n${reasons.join('\n')}`,
    {
      hint: isRoot
        ? 'Root lacks CAP_SYS_ADMIN here. In a container: docker run --privileged.'
        : 'Run as root, allow sudo without a password, or allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0, user.max_user_namespaces above 0).',
    },
  )
}
