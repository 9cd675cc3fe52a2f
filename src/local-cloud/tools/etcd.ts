import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../kit/errors.ts'
import { cacheDirectory } from './cache-directory.ts'
import { onPath } from './on-path.ts'
import { run } from './run.ts'

/** Debian's package of each. */
const PACKAGES = { etcd: 'etcd-server', etcdctl: 'etcd-client' } as const
type Program = keyof typeof PACKAGES

export type EtcdPrograms = Record<Program, string>

/**
 * The paths of a real etcd and of its own tool. Debian's packages are unpacked into the cache instead of being installed: an
 * installed etcd-server would start a daemon of its own on this machine.
 * @throws UserError where one is neither on PATH nor to be had by apt.
 */
export const ensureEtcd = (say: (line: string) => void): EtcdPrograms => ({
  etcd: ensureProgram('etcd', say),
  etcdctl: ensureProgram('etcdctl', say),
})

function ensureProgram(program: Program, say: (line: string) => void): string {
  const installed = onPath(program)
  if (installed) return installed
  const cached = join(cacheDirectory(), program)
  if (existsSync(cached)) return cached
  if (!onPath('apt-get') || !onPath('dpkg-deb'))
    throw new UserError(`set-up: ${program} is missing`, {
      hint: `Put an ${program} ≥ 3.4 on PATH, then run again.`,
    })
  const name = PACKAGES[program]
  say(`fetching ${program} (Debian package ${name}, unpacked into the cache, not installed)`)
  const scratch = mkdtempSync(join(tmpdir(), 'rke2-action-etcd-'))
  try {
    downloadPackage(name, scratch)
    const archive = readdirSync(scratch).find((file) => file.endsWith('.deb'))
    run('dpkg-deb', ['-x', join(scratch, archive ?? `${name}.deb`), scratch])
    run('cp', [join(scratch, 'usr/bin', program), `${cached}.part`])
    renameSync(`${cached}.part`, cached)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return cached
}

function downloadPackage(name: string, directory: string): void {
  try {
    run('apt-get', ['download', name], directory)
  } catch {
    // A fresh machine has no package lists yet.
    if (process.getuid?.() === 0) run('apt-get', ['update', '-qq'])
    else run('sudo', ['-n', 'apt-get', 'update', '-qq'])
    run('apt-get', ['download', name], directory)
  }
}
