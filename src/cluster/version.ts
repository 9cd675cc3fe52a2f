/** What the user may write for `rke2-version`. */
export type VersionWish = { channel: string } | { exact: string }

const EXACT = /^v\d+\.\d+\.\d+(-rc\d+)?\+rke2r\d+$/
const CHANNEL = /^(stable|latest|testing|v\d+\.\d+)$/

/** What is wrong with a version, or undefined. */
export function versionFault(text: string): string | undefined {
  if (EXACT.test(text) || CHANNEL.test(text)) return undefined
  if (/^v?\d+\.\d+\.\d+$/.test(text))
    return `"${text}" lacks RKE2's own revision: write ${text.startsWith('v') ? '' : 'v'}${text}+rke2r1`
  if (/^\d+\.\d+$/.test(text)) return `"${text}" lacks its v: write v${text}`
  return `"${text}" is not a version: write stable, latest, a minor such as v1.35, or an exact one such as v1.35.4+rke2r1`
}

/** @throws never: call versionFault first. */
export function versionWish(text: string): VersionWish {
  return EXACT.test(text) ? { exact: text } : { channel: text }
}

/** Whether a wish can't mean `version`, whenever it was followed: stable and latest have meant many. */
export function excludes(text: string, version: string): boolean {
  if (EXACT.test(text)) return text !== version
  return /^v\d/.test(text) && !version.startsWith(`${text}.`)
}

/** The version that a channel's redirect leads to: the last element of …/releases/tag/v1.35.4%2Brke2r1, if it is one. */
export function versionInRedirect(location: string): string | undefined {
  const last = decodeURIComponent(location.replace(/\/+$/, '').split('/').at(-1) ?? '')
  return EXACT.test(last) ? last : undefined
}

/** Where RKE2's own releases lie, as VERSION/FILE. */
export const RELEASES = 'https://github.com/rancher/rke2/releases/download'

/** Where the artifacts of a version lie below an artifact address. RKE2's own layout writes + as %2B. */
export const artifactsUrl = (artifactUrl: string, version: string) =>
  `${artifactUrl}/${version.replaceAll('+', '%2B')}`
