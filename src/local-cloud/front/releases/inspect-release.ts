import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../../../kit/errors.ts'
import { type Architecture, kindOfProgram } from './architecture.ts'
import {
  checksumList,
  ciliumImages,
  ciliumList,
  neededArchives,
  programArchive,
  readChecksums,
  readImageNames,
} from './release-files.ts'

/** A release in a mirror, and which parts of it are Rancher's and Cilium's own. */
export interface Release {
  version: string
  /** Holds its files. */
  directory: string
  rke2: 'genuine' | 'stand-in'
  /** Ours, with a genuine RKE2, when the mirror has the names of Cilium's images and not the images. */
  cilium: 'genuine' | 'stand-in'
}

/** Whether Cilium's images are to be made: our RKE2 brings its own. */
export const wantsOurCilium = ({ rke2, cilium }: Release): boolean =>
  rke2 === 'genuine' && cilium === 'stand-in'

/**
 * Checks one release: complete, whole, and for this architecture.
 * @throws UserError that names the file and the remedy.
 */
export async function inspectRelease(
  version: string,
  directory: string,
  arch: Architecture,
): Promise<Release> {
  const refuse = (reason: string) =>
    new UserError(`${directory}: ${reason}`, {
      hint: `Put ${[...neededArchives(arch), ciliumImages(arch), checksumList(arch)].join(', ')} of ${version} there, from https://github.com/rancher/rke2/releases. With ${ciliumList(arch)} in place of Cilium’s images, our Cilium runs.`,
    })
  const sums = await readSums(directory, arch, refuse)
  const named = (file: string) => existsSync(join(directory, file))
  // Neither the images nor their names: the images are what is asked for.
  const cilium = named(ciliumImages(arch)) || !named(ciliumList(arch)) ? ciliumImages(arch) : ciliumList(arch)
  for (const file of [...neededArchives(arch), cilium]) await checkFile(directory, file, sums, arch, refuse)
  const rke2 = await kindOfRke2(join(directory, programArchive(arch)), arch, refuse)
  const release: Release = { version, directory, rke2, cilium: await kindOfCilium(join(directory, cilium)) }
  if (wantsOurCilium(release)) await checkNames(directory, cilium, arch, refuse)
  return release
}

async function checkFile(
  directory: string,
  file: string,
  sums: ReadonlyMap<string, string>,
  arch: Architecture,
  refuse: Refuse,
): Promise<void> {
  const expected = sums.get(file)
  if (!expected) throw refuse(`${checksumList(arch)} does not name ${file}`)
  if (!existsSync(join(directory, file))) throw refuse(`${file} is missing`)
  const found = await sha256(join(directory, file))
  if (found !== expected) throw refuse(`sha256 of ${file} is ${found}, and should be ${expected}`)
}

/** Our images must have the names that the genuine chart asks for, and only the genuine release's own list says them. */
async function checkNames(
  directory: string,
  file: string,
  arch: Architecture,
  refuse: Refuse,
): Promise<void> {
  if (file !== ciliumList(arch)) throw refuse(`RKE2 is genuine, but ${file} holds no images`)
  const names = readImageNames(await readFile(join(directory, file), 'utf8'))
  for (const part of ['cilium', 'operator-generic'])
    if (!names.some((name) => name.includes(`/mirrored-cilium-${part}:`)))
      throw refuse(`${file} names no image rancher/mirrored-cilium-${part}`)
}

type Refuse = (reason: string) => UserError

async function readSums(directory: string, arch: Architecture, refuse: Refuse) {
  const own = join(directory, checksumList(arch))
  if (existsSync(own)) return readChecksums(await readFile(own, 'utf8'))
  const other = arch === 'amd64' ? 'arm64' : 'amd64'
  throw existsSync(join(directory, checksumList(other)))
    ? refuse(`the files are for ${other}, and this machine is ${arch}`)
    : refuse(`${checksumList(arch)} is missing`)
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** The genuine `rke2` is a program for one processor; ours is a script that starts node.js. */
async function kindOfRke2(archive: string, arch: Architecture, refuse: Refuse): Promise<Release['rke2']> {
  const kind = kindOfProgram(await headOfMember(archive, 'bin/rke2', 20))
  if (kind === 'script') return 'stand-in'
  if (kind === 'unknown') throw refuse(`${programArchive(arch)} holds no program bin/rke2`)
  if (kind.elf !== arch)
    throw refuse(`bin/rke2 in ${programArchive(arch)} is for ${kind.elf}, and this machine is ${arch}`)
  return 'genuine'
}

/** The first bytes of a file in a tar archive; fewer when there is no such file. */
async function headOfMember(archive: string, member: string, bytes: number): Promise<Buffer> {
  const tar = spawn('tar', ['-xzOf', archive, member, `./${member}`], { stdio: ['ignore', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  for await (const chunk of tar.stdout) {
    chunks.push(chunk as Buffer)
    if (Buffer.concat(chunks).length >= bytes) break
  }
  tar.kill()
  return Buffer.concat(chunks).subarray(0, bytes)
}

/** A list holds no images, and our stand-in's archive, which is stored uncompressed, lists images without layers. */
async function kindOfCilium(file: string): Promise<Release['cilium']> {
  if (file.endsWith('.txt')) return 'stand-in'
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0)
    return buffer.subarray(0, bytesRead).includes('"Layers":[]') ? 'stand-in' : 'genuine'
  } finally {
    await handle.close()
  }
}
