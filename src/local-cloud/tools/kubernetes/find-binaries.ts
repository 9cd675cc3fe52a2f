import { dirname } from 'node:path'
import { UserError } from '../../../kit/errors.ts'
import { onPath } from '../on-path.ts'
import { inspectBinaries, type KubernetesBinaries, minorOf } from './binaries.ts'
import { cachedVersions, readCached } from './cached-binaries.ts'

export interface Found extends KubernetesBinaries {
  /** Where they came from, in words. */
  source: string
}

/**
 * Upstream's programs of the minor of `release` (`v1.35.7+rke2r1`) on this machine: those of the directory that was
 * named, else the cache's, the exact patch first, else those on PATH; undefined when there are none.
 * @throws UserError for a directory that was named and is of another version, and for a cache that is damaged.
 */
export function findBinaries(
  release: string,
  { named, cache }: { named?: string | undefined; cache?: string | undefined } = {},
): Found | undefined {
  const minor = minorOf(release)
  if (named !== undefined) {
    const found = inspectBinaries(named)
    if (minorOf(found.version) !== minor)
      throw new UserError(
        `${named} holds Kubernetes ${found.version}; a cluster of ${release} wants ${minor}`,
        {
          hint: `Name a directory with ${minor}, or leave it out.`,
        },
      )
    return { ...found, source: named }
  }
  const version = preferred(release, cachedVersions(cache))
  if (version) return { ...readCached(version, cache), source: 'cache' }
  const onPathToo = onPath('kube-apiserver')
  if (!onPathToo) return undefined
  const found = inspectBinaries(dirname(onPathToo))
  return minorOf(found.version) === minor ? { ...found, source: 'PATH' } : undefined
}

/** Pure: of `versions`, newest first, the one to use for a release. */
export function preferred(release: string, versions: readonly string[]): string | undefined {
  const exact = kubernetesOf(release)
  const sameMinor = versions.filter((version) => minorOf(version) === minorOf(release))
  return sameMinor.find((version) => version === exact) ?? sameMinor[0]
}

/** The version of Kubernetes that a release of RKE2 is made of: v1.35.7 of v1.35.7+rke2r1, and of its candidate v1.35.7-rc1+rke2r1. */
export const kubernetesOf = (release: string): string => release.replace(/(-rc\d+)?\+.*$/, '')
