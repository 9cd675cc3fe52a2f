/** Releases of RKE2 that the mirror knows, newest first (rancher/rke2: tags and channels.yaml, August 2026). */
export const RELEASES = [
  'v1.36.3+rke2r1',
  'v1.35.7+rke2r1',
  'v1.35.4+rke2r1',
  'v1.34.10+rke2r1',
  'v1.33.13+rke2r2',
] as const

/** Newest first. */
export type Releases = readonly [string, ...string[]]

/** What a cluster gets unless it asks for another. */
export const STABLE = 'v1.35.7+rke2r1'

/** Where a release channel points among `releases`: `stable`, `latest`, or a minor such as `v1.35`. */
export function releaseOf(channel: string, releases: Releases): string | undefined {
  if (channel === 'stable') return releases.find((release) => release === STABLE) ?? releases[0]
  if (channel === 'latest') return releases[0]
  return /^v\d+\.\d+$/.test(channel)
    ? releases.find((release) => release.startsWith(`${channel}.`))
    : undefined
}
