import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'
import { UserError } from '../../../kit/errors.ts'
import { cacheDirectory } from '../cache-directory.ts'
import { inspectBinaries, type KubernetesBinaries } from './binaries.ts'

/** What lies in a directory of the cache, written when all of it was there. */
const manifest = z.object({
  version: z.string(),
  files: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() })),
})

const MANIFEST = 'manifest.json'

/** As Go and the release server name this machine. */
export const goArch = (): string => (process.arch === 'x64' ? 'amd64' : process.arch)

const entryName = (version: string) => `${version}-linux-${goArch()}`

/** Where the programs of `version` lie when they are in the cache. */
export const cachedPath = (version: string, cache = cacheDirectory('kubernetes')): string =>
  join(cache, entryName(version))

/** Versions for this machine in the cache, newest first. */
export function cachedVersions(cache = cacheDirectory('kubernetes')): string[] {
  const versions = readdirSync(cache).filter((name) => name === entryName(name.split('-')[0] ?? ''))
  return versions
    .map((name) => name.split('-')[0] ?? '')
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}

/**
 * The programs of `version` in the cache.
 * @throws UserError when they are not what was written there.
 */
export function readCached(version: string, cache = cacheDirectory('kubernetes')): KubernetesBinaries {
  const directory = cachedPath(version, cache)
  const damaged = (reason: string) =>
    new UserError(`${directory} is half-written or damaged: ${reason}`, {
      hint: `rm -r ${directory}, then \`npm run build:kubernetes\` or \`npm start -- --control-plane upstream\`.`,
    })
  const file = join(directory, MANIFEST)
  if (!existsSync(file)) throw damaged(`${MANIFEST} is missing`)
  const { files } = manifest.parse(JSON.parse(readFileSync(file, 'utf8')))
  for (const [name, { bytes }] of Object.entries(files)) {
    const found = statSync(join(directory, name), { throwIfNoEntry: false })?.size
    if (found !== bytes) throw damaged(`${name} has ${found ?? 'no'} bytes instead of ${bytes}`)
  }
  const found = inspectBinaries(directory)
  if (found.version !== version) throw damaged(`the programs are ${found.version}`)
  return found
}

/**
 * Lets `fill` write the programs into an empty directory, checks them, and only then shows them in the cache:
 * whatever ends it before leaves nothing.
 */
export async function writeCached(
  version: string,
  fill: (directory: string) => Promise<void>,
  cache = cacheDirectory('kubernetes'),
): Promise<KubernetesBinaries> {
  const target = cachedPath(version, cache)
  const part = `${target}.part-${process.pid}`
  try {
    await mkdir(part, { recursive: true })
    await fill(part)
    for (const name of readdirSync(part)) await chmod(join(part, name), 0o755)
    const found = inspectBinaries(part)
    if (found.version !== version)
      throw new UserError(`${found.version} was written instead of Kubernetes ${version}`)
    await writeFile(join(part, MANIFEST), JSON.stringify({ version, files: await sums(part) }, null, 2))
    await rm(target, { recursive: true, force: true })
    await rename(part, target)
  } finally {
    await rm(part, { recursive: true, force: true })
  }
  return readCached(version, cache)
}

async function sums(directory: string): Promise<Record<string, { bytes: number; sha256: string }>> {
  const entries = readdirSync(directory).map(async (name) => {
    const file = join(directory, name)
    return [name, { bytes: statSync(file).size, sha256: await sha256(file) }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
