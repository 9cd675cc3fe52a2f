import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The first bytes of a program for a processor, as elf(5) lays them out. */
export function elfHead(machine: number): Buffer {
  const head = Buffer.alloc(64)
  head.writeUInt32BE(0x7f_45_4c_46, 0)
  head.writeUInt8(2, 4)
  head.writeUInt16LE(machine, 18)
  return head
}

export interface Packed {
  /** What `bin/rke2` is. */
  program: Buffer
  arch?: 'amd64' | 'arm64'
  /** What Cilium's image archive holds. */
  cilium?: string
  /** The names of Cilium's images, which then lie there in place of the archive. */
  names?: readonly string[]
}

/** As RKE2 v1.35 has them, but for those that no test asks for. */
export const CILIUM_NAMES = [
  'docker.io/rancher/mirrored-cilium-cilium:v1.18.4',
  'docker.io/rancher/mirrored-cilium-operator-generic:v1.18.4',
  'docker.io/rancher/hardened-cni-plugins:v1.8.0-build20251010',
]

/** A release as small as can be, in the layout of RKE2's release page. */
export function packRelease(
  directory: string,
  { program, arch = 'amd64', cilium = 'images', names }: Packed,
): void {
  mkdirSync(directory, { recursive: true })
  const tree = mkdtempSync(join(tmpdir(), 'release-'))
  mkdirSync(join(tree, 'bin'))
  writeFileSync(join(tree, 'bin/rke2'), program, { mode: 0o755 })
  const tarball = `rke2.linux-${arch}.tar.gz`
  execFileSync('tar', ['-czf', join(directory, tarball), '-C', tree, './bin'])
  rmSync(tree, { recursive: true })
  const archives = [`rke2-images-core.linux-${arch}.tar.zst`, `rke2-images-cilium.linux-${arch}.tar.zst`]
  const list = `rke2-images-cilium.linux-${arch}.txt`
  for (const file of archives) writeFileSync(join(directory, file), file === archives[1] ? cilium : 'images')
  writeFileSync(join(directory, list), `${(names ?? CILIUM_NAMES).join('\n')}\n`)
  const sums = [tarball, ...archives, list].map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(directory, file)))
        .digest('hex')}  ${file}\n`,
  )
  writeFileSync(join(directory, `sha256sum-${arch}.txt`), sums.join(''))
  // The list of sums is the genuine one, which names the archive all the same.
  rmSync(join(directory, names ? (archives[1] ?? '') : list))
}
