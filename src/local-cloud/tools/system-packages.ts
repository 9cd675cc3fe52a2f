import { UserError } from '../../kit/errors.ts'
import { onPath } from './on-path.ts'
import { run } from './run.ts'

type Manager = 'apt-get' | 'dnf' | 'zypper' | 'apk'

/** Commands that sandboxes and node scripts call, and the package that holds each, by package manager. */
const PACKAGES: Readonly<Record<string, Readonly<Record<Manager, string>>>> = {
  ip: { 'apt-get': 'iproute2', dnf: 'iproute', zypper: 'iproute2', apk: 'iproute2' },
  nft: { 'apt-get': 'nftables', dnf: 'nftables', zypper: 'nftables', apk: 'nftables' },
  unshare: { 'apt-get': 'util-linux', dnf: 'util-linux', zypper: 'util-linux', apk: 'util-linux' },
  nsenter: { 'apt-get': 'util-linux', dnf: 'util-linux', zypper: 'util-linux', apk: 'util-linux' },
  bash: { 'apt-get': 'bash', dnf: 'bash', zypper: 'bash', apk: 'bash' },
  curl: { 'apt-get': 'curl', dnf: 'curl', zypper: 'curl', apk: 'curl' },
  openssl: { 'apt-get': 'openssl', dnf: 'openssl', zypper: 'openssl', apk: 'openssl' },
  python3: { 'apt-get': 'python3', dnf: 'python3', zypper: 'python3', apk: 'python3' },
  sysctl: { 'apt-get': 'procps', dnf: 'procps-ng', zypper: 'procps', apk: 'procps' },
}

const INSTALL: Readonly<Record<Manager, readonly string[]>> = {
  'apt-get': ['install', '-y', '--no-install-recommends'],
  dnf: ['install', '-y'],
  zypper: ['--non-interactive', 'install'],
  apk: ['add'],
}

/** Pure: which packages bring the commands that `has` doesn't find. */
function missingPackages(has: (command: string) => boolean, manager: Manager): string[] {
  const missing = Object.entries(PACKAGES).filter(([command]) => !has(command))
  return [...new Set(missing.map(([, packages]) => packages[manager]))]
}

/**
 * Installs what is missing through the system's package manager, saying so first.
 * @throws UserError naming the packages when there is no known manager, no root and no password-less sudo.
 */
export function ensureSystemPackages(say: (line: string) => void): void {
  const has = (command: string) => onPath(command) !== undefined
  const manager = (Object.keys(INSTALL) as Manager[]).find(has)
  const missing = missingPackages(has, manager ?? 'apt-get')
  if (missing.length === 0) return
  const hint = `Install ${missing.join(', ')} yourself, then run again.`
  if (!manager) throw new UserError('set-up: no package manager that is known here', { hint })
  say(`installing ${missing.join(', ')} with ${manager}`)
  const become = asRoot(hint)
  if (manager === 'apt-get')
    run(become[0] ?? manager, [...become.slice(1), ...(become.length ? [manager] : []), 'update', '-qq'])
  const command = [...become, manager, ...INSTALL[manager], ...missing]
  run(command[0] as string, command.slice(1))
}

function asRoot(hint: string): string[] {
  if (process.getuid?.() === 0) return []
  if (!onPath('sudo'))
    throw new UserError('set-up: packages are missing, and this is neither root nor a machine with sudo', {
      hint,
    })
  return ['sudo', '-n']
}
