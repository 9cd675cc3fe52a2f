import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../kit/errors.ts'
import { planCgroups } from '../machines/cgroup-plan.ts'
import type { HostLoan } from '../machines/cgroups.ts'
import hostLoanScript from './scripts/host-loan.sh'
import type { WayIn } from './way-in.ts'

/** Where host-loan.sh keeps what is lent. */
const RECORD = '/run/rke2-local-cloud'

/**
 * What a cloud called `name` needs of this host when its machines run containers.
 * @throws UserError where no control groups are mounted.
 */
export function planLoan(name: string): HostLoan {
  const read = (file: string) => readFileSync(`/proc/self/${file}`, 'utf8')
  const cgroups = planCgroups(read('mountinfo'), read('cgroup'), name)
  if (!cgroups.length)
    throw new UserError('A genuine RKE2 needs control groups, and this machine has none mounted.', {
      hint: 'Mount them (mount -t cgroup2 cgroup2 /sys/fs/cgroup); in a container: docker run --privileged.',
    })
  return { name, cgroups }
}

/**
 * The way in of a cloud whose machines run containers.
 * @throws UserError when this user can't be the host's root.
 */
export function onLoan(way: WayIn, state: string, loan: HostLoan): [string, ...string[]] {
  if (!way.become)
    throw new UserError(
      'A genuine RKE2 needs control groups and sysctls of the host, which only root may change.',
      {
        hint: 'Run as root, or allow sudo without a password.',
      },
    )
  const script = join(state, 'host-loan.sh')
  writeFileSync(script, hostLoanScript)
  const [program, ...args] = [...way.become, ...lendHost(script, loan)]
  const unshare = way.command.slice(way.become.length)
  return [program as string, ...args, ...unshare]
}

/** Gives the host back what a cloud had that was killed together with its keeper. Costs nothing when nobody had. */
export function returnLoans(): void {
  if (!existsSync(RECORD)) return
  const become = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const [program = 'bash', ...args] = [...become, 'bash', '-c', hostLoanScript, 'host-loan.sh', 'sweep']
  spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

/**
 * What comes before a command for which the host lends all that: it must run as root, outlives the command, and gives
 * everything back when it has ended.
 * @param script where host-loan.sh lies
 */
export const lendHost = (script: string, { name, cgroups }: HostLoan): [string, ...string[]] => [
  'bash',
  ...[script, 'run', name, ...cgroups.map(({ directory }) => directory), '--'],
]
