import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../kit/errors.ts'
import { cacheDirectory } from './cache-directory.ts'
import { onPath } from './on-path.ts'
import { run } from './run.ts'

/**
 * The path of a real etcd. Debian's package is unpacked into the cache instead of being installed: an installed
 * etcd-server would start a daemon of its own on this machine.
 * @throws UserError where there is neither an etcd on PATH nor apt.
 */
export function ensureEtcd(say: (line: string) => void): string {
  const installed = onPath('etcd')
  if (installed) return installed
  const cached = join(cacheDirectory(), 'etcd')
  if (existsSync(cached)) return cached
  if (!onPath('apt-get') || !onPath('dpkg-deb'))
    throw new UserError('set-up: etcd is missing', { hint: 'Put an etcd ≥ 3.4 on PATH, then run again.' })
  say('fetching etcd (Debian package etcd-server, unpacked into the cache, not installed)')
  const scratch = mkdtempSync(join(tmpdir(), 'rke2-action-etcd-'))
  try {
    downloadPackage(scratch)
    const archive = readdirSync(scratch).find((file) => file.endsWith('.deb'))
    run('dpkg-deb', ['-x', join(scratch, archive ?? 'etcd-server.deb'), scratch])
    run('cp', [join(scratch, 'usr/bin/etcd'), `${cached}.part`])
    renameSync(`${cached}.part`, cached)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return cached
}

function downloadPackage(directory: string): void {
  try {
    run('apt-get', ['download', 'etcd-server'], directory)
  } catch {
    // A fresh machine has no package lists yet.
    if (process.getuid?.() === 0) run('apt-get', ['update', '-qq'])
    else run('sudo', ['-n', 'apt-get', 'update', '-qq'])
    run('apt-get', ['download', 'etcd-server'], directory)
  }
}
