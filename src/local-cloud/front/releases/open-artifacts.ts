import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../../../kit/errors.ts'
import { ownArchitecture } from './architecture.ts'
import { fetchRelease } from './fetch-release.ts'
import { inspectRelease, type Release, wantsOurCilium } from './inspect-release.ts'
import { RELEASE_VERSION } from './release-files.ts'

/** The user's own mirror, checked. */
export interface Artifacts {
  /** Holds a directory for each version. */
  directory: string
  /** At least one. */
  releases: Release[]
}

/**
 * Opens what `--artifacts` names: a directory with a directory for each version, or the address of a release.
 * @throws UserError for anything that is missing, half-written, damaged or for another architecture.
 */
export async function openArtifacts(place: string, say: (line: string) => void): Promise<Artifacts> {
  const arch = ownArchitecture()
  if (/^https?:\/\//.test(place)) {
    const { version, directory } = await fetchRelease(place, arch, say)
    return { directory, releases: [await inspectRelease(version, join(directory, version), arch)] }
  }
  const directory = resolve(place)
  if (!existsSync(directory))
    throw new UserError(`there is no directory ${directory}`, {
      hint: 'Name one with --artifacts, or an address.',
    })
  const versions = (await readdir(directory)).filter((name) => RELEASE_VERSION.test(name))
  if (!versions.length)
    throw new UserError(`${directory} holds no release of RKE2`, {
      hint: `It must hold a directory for each version, such as ${join(directory, 'v1.35.4+rke2r1')}.`,
    })
  const releases: Release[] = []
  for (const version of versions.sort(byVersion).reverse())
    releases.push(await inspectRelease(version, join(directory, version), arch))
  return { directory, releases }
}

const byVersion = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

/** Whether machines are to run containers. */
export const isGenuine = ({ releases }: Artifacts): boolean => releases.some(({ rke2 }) => rke2 === 'genuine')

/** Which parts of what runs are whose, in a sentence. */
export const describeParts = (artifacts: Artifacts | undefined): string =>
  artifacts
    ? `${artifacts.releases.map(describeRelease).join('; ')}, from ${artifacts.directory}`
    : 'RKE2 and Cilium are our stand-ins'

const describeRelease = (release: Release) => {
  const { version, rke2, cilium } = release
  if (rke2 === cilium)
    return `RKE2 ${version} and its Cilium are ${rke2 === 'genuine' ? 'genuine' : 'our stand-ins'}`
  return wantsOurCilium(release)
    ? `RKE2 ${version} is genuine, its Cilium is our stand-in, as the mirror has no images of Cilium’s`
    : `RKE2 ${version} is our stand-in, Cilium’s images are genuine and stay unused`
}
