/** Releases of RKE2 that the mirror knows, newest first (rancher/rke2: tags and channels.yaml, August 2026). */
export const RELEASES = [
  'v1.36.3+rke2r1',
  'v1.35.7+rke2r1',
  'v1.35.4+rke2r1',
  'v1.34.10+rke2r1',
  'v1.33.13+rke2r2',
] as const

const STABLE = 'v1.35.7+rke2r1'

/** Where a release channel points: `stable`, `latest`, or a minor such as `v1.35`. */
export function releaseOf(channel: string): string | undefined {
  if (channel === 'stable') return STABLE
  if (channel === 'latest') return RELEASES[0]
  return /^v\d+\.\d+$/.test(channel)
    ? RELEASES.find((release) => release.startsWith(`${channel}.`))
    : undefined
}
