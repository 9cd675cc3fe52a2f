import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { readStored } from '../artifacts/stored-zstd.ts'
import { readTarMember } from '../artifacts/tar.ts'
import { log } from '../log.ts'
import { paths } from '../paths.ts'

const manifest = z.array(z.object({ RepoTags: z.array(z.string()) }))

/** Images of other registries that this kubelet can stand in for without an archive. */
const KNOWN = [
  /^registry\.k8s\.io\/conformance:/,
  /^registry\.k8s\.io\/e2e-test-images\/agnhost:/,
  /^registry\.k8s\.io\/(e2e-test-images\/)?pause:/,
]

const canonical = (image: string) => image.replace(/^(index\.)?docker\.io\//, '').replace(/@sha256:.*$/, '')

/** The names of all images in the archives in agent/images, without `docker.io/`. A damaged archive is logged and left aside. */
export function importArchives(directory: string = paths.images): Set<string> {
  const files = existsSync(directory) ? readdirSync(directory).sort() : []
  const images = new Set<string>()
  for (const file of files.filter((name) => /\.tar(\.zst)?$/.test(name))) {
    try {
      for (const image of imagesIn(join(directory, file))) images.add(canonical(image))
      log.info(`Imported images from ${join(directory, file)}`)
    } catch (error) {
      log.error(`Unable to import images from ${join(directory, file)}: ${(error as Error).message}`)
    }
  }
  return images
}

function imagesIn(file: string): string[] {
  const bytes = readFileSync(file)
  const tar = file.endsWith('.zst') ? readStored(bytes) : bytes
  const text = readTarMember(tar, 'manifest.json').toString('utf8')
  return manifest.parse(JSON.parse(text)).flatMap(({ RepoTags }) => RepoTags)
}

/** Why `image` can't be had, in containerd's words; nothing when it can. */
export function pullFault(image: string, imported: ReadonlySet<string>): string | undefined {
  if (imported.has(canonical(image)) || KNOWN.some((known) => known.test(image))) return undefined
  const registry =
    image.includes('.') && image.includes('/') ? (image.split('/')[0] ?? '') : 'registry-1.docker.io'
  return [
    `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve reference "${image}":`,
    `failed to do request: Head "https://${registry}/v2/": dial tcp: lookup ${registry}: no such host`,
    '(the local cloud has no registry; it knows the images in agent/images and those of the conformance suite)',
  ].join(' ')
}
