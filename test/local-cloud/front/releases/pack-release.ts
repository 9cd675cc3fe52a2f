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
  cilium?: string
}

/** A release as small as can be, in the layout of RKE2's release page. */
export function packRelease(directory: string, { program, arch = 'amd64', cilium = 'images' }: Packed): void {
  mkdirSync(directory, { recursive: true })
  const tree = mkdtempSync(join(tmpdir(), 'release-'))
  mkdirSync(join(tree, 'bin'))
  writeFileSync(join(tree, 'bin/rke2'), program, { mode: 0o755 })
  const tarball = `rke2.linux-${arch}.tar.gz`
  execFileSync('tar', ['-czf', join(directory, tarball), '-C', tree, './bin'])
  rmSync(tree, { recursive: true })
  const images = { core: 'images', cilium }
  for (const [name, text] of Object.entries(images))
    writeFileSync(join(directory, `rke2-images-${name}.linux-${arch}.tar.zst`), text)
  const files = [tarball, ...Object.keys(images).map((name) => `rke2-images-${name}.linux-${arch}.tar.zst`)]
  const sums = files.map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(directory, file)))
        .digest('hex')}  ${file}\n`,
  )
  writeFileSync(join(directory, `sha256sum-${arch}.txt`), sums.join(''))
}
