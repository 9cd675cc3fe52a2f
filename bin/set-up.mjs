import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

// Plain JavaScript with no package: this runs before anything is installed.

export const root = new URL('..', import.meta.url).pathname
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rke2-action')

export const say = (line) => console.log(`\u001b[2mset-up\u001b[22m  ${line}`)

export function has(command) {
  try {
    execFileSync('sh', ['-c', `command -v "$0"`, command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const run = (command, args, options = {}) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options })

/** Node older than 20 would fail later with a message that helps nobody. */
export function requireNode() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return
  console.error(`rke2-action needs Node 20 or newer; this is ${process.version}. See https://nodejs.org`)
  process.exit(1)
}

/** `npm ci` when the installed packages are not those of package-lock.json. */
export function ensurePackages() {
  const stamp = join(root, 'node_modules', '.rke2-action-lock')
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  say('installing npm packages (npm ci)')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, lock)
}

/** Installs Debian packages for contributors' tools; users of the actions never come here. */
export function ensureDebianPackage(command, debianPackage) {
  if (has(command)) return
  if (!has('apt-get')) throw new Error(`${command} is missing: install it, then run again`)
  say(`installing ${debianPackage} with apt-get`)
  if (!existsSync('/var/lib/apt/lists') || statSync('/var/lib/apt/lists').size < 4096) aptGet('update', '-qq')
  try {
    aptGet('install', '-y', '--no-install-recommends', debianPackage)
  } catch {
    aptGet('update', '-qq')
    aptGet('install', '-y', '--no-install-recommends', debianPackage)
  }
}

/** As root, or by sudo where it asks for no password. */
export function aptGet(...args) {
  const sudo = process.getuid() === 0 ? [] : ['sudo', '-n']
  const [command, ...rest] = [...sudo, 'apt-get', ...args]
  run(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] })
}
