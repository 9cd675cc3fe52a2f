import { UserError } from '../../../kit/errors.ts'
import { minorOf } from './binaries.ts'
import type { ControlPlaneChoice } from './control-plane-choice.ts'
import { downloadBinaries } from './download-binaries.ts'
import { type Found, findBinaries, kubernetesOf } from './find-binaries.ts'

/** What the servers get. */
export interface ControlPlaneSetup {
  controlPlane: ControlPlaneChoice
  /** Directories of upstream's programs by minor: `v1.35`. */
  kubernetes: Record<string, string>
  /** Which one runs, and how to get the other. */
  words: string
}

export interface ControlPlaneOptions {
  choice: ControlPlaneChoice
  /** A directory with upstream's programs; undefined: cache, then PATH. */
  named?: string | undefined
  /** The releases of RKE2 that there are; the first is the one that a cluster gets unless it asks for another. */
  releases: readonly [string, ...string[]]
  cache?: string
  server?: string
}

/**
 * Finds upstream's programs, and fetches them when they were asked for and are nowhere. Never builds: that takes minutes.
 * @throws UserError when upstream was asked for and can't be had. Left to itself it falls back to the light engine and says why.
 */
export async function ensureControlPlane(
  options: ControlPlaneOptions,
  say: (line: string) => void,
): Promise<ControlPlaneSetup> {
  const { choice, releases } = options
  if (choice === 'light') return light(choice)
  try {
    const kubernetes: Record<string, string> = {}
    const main = await obtain(options, say)
    for (const release of releases.slice(1)) {
      const other = options.named === undefined ? findBinaries(release, options) : undefined
      if (other) kubernetes[minorOf(release)] = other.directory
    }
    if (!main) return { ...light(choice), kubernetes }
    kubernetes[minorOf(main.version)] = main.directory
    const words = `upstream Kubernetes ${main.version} (${main.source}); our light engine: --control-plane light`
    return { controlPlane: choice, kubernetes, words }
  } catch (error) {
    if (choice === 'upstream' || options.named !== undefined || !(error instanceof UserError)) throw error
    say(`no upstream control plane: ${error.message}`)
    return light('light')
  }
}

const light = (controlPlane: ControlPlaneChoice): ControlPlaneSetup => ({
  controlPlane,
  kubernetes: {},
  words:
    'the light engine; upstream Kubernetes: --control-plane upstream, which fetches it, or once npm run build:kubernetes',
})

async function obtain(
  { choice, named, releases: [release], cache, server }: ControlPlaneOptions,
  say: (line: string) => void,
): Promise<Found | undefined> {
  const found = findBinaries(release, { named, cache })
  if (found || choice !== 'upstream') return found
  const version = kubernetesOf(release)
  say(`upstream Kubernetes ${version} is neither in the cache nor on PATH: fetching it, 0.3 GB, once`)
  const fetched = await downloadBinaries(version, say, {
    ...(cache === undefined ? {} : { cache }),
    ...(server === undefined ? {} : { server }),
  })
  return { ...fetched, source: 'release server' }
}
