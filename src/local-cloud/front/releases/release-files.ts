import type { Architecture } from './architecture.ts'

/** What the node scripts ask the mirror for, as RKE2's release page names it. */
export const programArchive = (arch: Architecture) => `rke2.linux-${arch}.tar.gz`
export const ciliumImages = (arch: Architecture) => `rke2-images-cilium.linux-${arch}.tar.zst`
/** The names of the images in it, one a line. */
export const ciliumList = (arch: Architecture) => `rke2-images-cilium.linux-${arch}.txt`
export const checksumList = (arch: Architecture) => `sha256sum-${arch}.txt`
/** What no release can do without. */
export const neededArchives = (arch: Architecture): string[] => [
  programArchive(arch),
  `rke2-images-core.linux-${arch}.tar.zst`,
]

/** `v1.35.4+rke2r1` */
export const RELEASE_VERSION = /^v\d+\.\d+\.\d+(?:-rc\d+)?\+rke2r\d+$/

/** The sums of a list as `sha256sum` writes it, by file. */
export function readChecksums(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => line.match(/^([0-9a-f]{64}) [ *](.+)$/))
  return new Map(lines.flatMap((match) => (match ? [[match[2] ?? '', match[1] ?? '']] : [])))
}

/** The names in a list of images: `docker.io/rancher/mirrored-cilium-cilium:v1.19.6`. */
export const readImageNames = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
