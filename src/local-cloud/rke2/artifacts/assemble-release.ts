import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { checksumList, ciliumImages, ciliumList, readImageNames } from '../../front/releases/release-files.ts'
import { packCiliumImages } from './pack-cilium-images.ts'

export interface AssembleOptions {
  /** The genuine release, which has the list of Cilium's images and not the images. Nothing is written to it. */
  genuine: string
  /** Where the release goes that the mirror serves. It must not be there yet. */
  directory: string
  /** Path of the bundled program, rke2.js. */
  program: string
  arch: 'amd64' | 'arm64'
}

/** A genuine release of RKE2 with our Cilium in it, under the names that its chart asks for, and the sums over what is served. */
export async function assembleRelease(options: AssembleOptions): Promise<void> {
  try {
    await assemble(options)
  } catch (error) {
    // The next who asks begins anew.
    await rm(options.directory, { recursive: true, force: true })
    throw error
  }
}

async function assemble({ genuine, directory, program, arch }: AssembleOptions): Promise<void> {
  await mkdir(directory, { recursive: true })
  const own = ciliumImages(arch)
  const sums = checksumList(arch)
  for (const name of await readdir(genuine))
    if (name !== own && name !== sums) await symlink(join(genuine, name), join(directory, name))
  const images = readImageNames(await readFile(join(genuine, ciliumList(arch)), 'utf8'))
  await packCiliumImages({ file: join(directory, own), images, program, arch })
  const lines = (await readFile(join(genuine, sums), 'utf8')).split('\n')
  const kept = lines.filter((line) => line && !line.endsWith(own))
  kept.push(`${await sha256(join(directory, own))}  ${own}`, '')
  await writeFile(join(directory, sums), kept.join('\n'))
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
