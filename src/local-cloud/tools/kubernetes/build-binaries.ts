import { execFile, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statfsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod'
import { UserError } from '../../../kit/errors.ts'
import { cacheDirectory } from '../cache-directory.ts'
import { onPath } from '../on-path.ts'
import { COMPONENTS, type KubernetesBinaries } from './binaries.ts'
import { writeCached } from './cached-binaries.ts'
import { goModule, linkerFlags, type Program, packageOf } from './go-module.ts'

const execute = promisify(execFile)

/** Measured with v1.35.4: 0.8 GB of modules, 3.6 GB of build cache, 0.4 GB of programs. */
const BUILD_BYTES = 5_000_000_000

/** The release of 1.35 that the Go proxy has, and that the recipe was tried with. */
export const BUILT = 'v1.35.4'

/**
 * Makes upstream's programs from Go modules, once, into the cache: some minutes, 6 on two cores. `more` are programs
 * besides the control plane's.
 * @throws UserError without Go or without room on the disk, before anything is written.
 */
export async function buildBinaries(
  version: string,
  say: (line: string) => void,
  more: readonly Program[] = [],
): Promise<KubernetesBinaries> {
  const go = onPath('go')
  if (!go)
    throw new UserError('building Kubernetes needs Go, and there is none on PATH', {
      hint: 'Install Go ≥ 1.25 (https://go.dev/dl), or use `--control-plane light`.',
    })
  const { GOCACHE, GOMODCACHE } = z
    .object({ GOCACHE: z.string(), GOMODCACHE: z.string() })
    .parse(JSON.parse((await execute(go, ['env', '-json', 'GOCACHE', 'GOMODCACHE'])).stdout))
  for (const directory of [GOCACHE, GOMODCACHE, cacheDirectory('kubernetes')]) ensureRoom(directory)
  const programs = [...COMPONENTS, ...more]
  const work = await mkdtemp(join(tmpdir(), 'rke2-action-kubernetes-'))
  try {
    const run = (args: string[]) => runGo(go, args, work)
    say(`building Kubernetes ${version}: ${programs.join(', ')} (6 minutes on two cores, once)`)
    await writeFile(join(work, 'go.mod'), 'module fetch\n')
    const { stdout } = await execute(go, ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`], {
      cwd: work,
      env: goEnvironment(),
    }).catch(refuseVersion(version))
    const { GoMod } = z.object({ GoMod: z.string() }).parse(JSON.parse(stdout))
    await writeFile(join(work, 'go.mod'), goModule(version, readFileSync(GoMod, 'utf8')))
    return await writeCached(version, async (directory) => {
      const flags = ['-trimpath', '-buildvcs=false', '-ldflags', linkerFlags(version)]
      await run(['build', ...flags, '-o', `${directory}/`, ...programs.map(packageOf)])
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** @throws UserError when the file system of `directory` has less than `bytes` free. */
export function ensureRoom(directory: string, bytes = BUILD_BYTES): void {
  mkdirSync(directory, { recursive: true })
  const { bavail, bsize } = statfsSync(directory)
  if (bavail * bsize >= bytes) return
  throw new UserError(
    `building Kubernetes needs ${gigabytes(bytes)} GB, and the disk of ${directory} has ${gigabytes(bavail * bsize)} GB`,
    { hint: 'Make room, or set GOCACHE, GOMODCACHE and XDG_CACHE_HOME to a larger disk.' },
  )
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1)

const refuseVersion =
  (version: string) =>
  (error: Error & { stdout?: string }): never => {
    throw new UserError(
      `Go can't fetch k8s.io/kubernetes ${version}: ${(error.stdout ?? error.message).trim()}`,
      {
        hint: 'Name a version that there is: `npm run build:kubernetes -- --version v1.35.4`.',
        cause: error,
      },
    )
  }

/** The build must not depend on how this machine's Go is set. */
const goEnvironment = () => ({ ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOWORK: 'off' })

/** Go says which modules it fetches and what does not compile, for whoever waits. */
function runGo(go: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(go, args, { cwd, env: goEnvironment(), stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new UserError(`go ${args[0]} failed (${code ?? 'ended by a signal'}): its words are above`))
    })
  })
}
