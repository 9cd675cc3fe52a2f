import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { UserError } from '../../../kit/errors.ts'
import { cacheDirectory } from '../../tools/cache-directory.ts'
import type { Architecture } from './architecture.ts'
import { sha256 } from './inspect-release.ts'
import {
  checksumList,
  ciliumImages,
  ciliumList,
  neededArchives,
  RELEASE_VERSION,
  readChecksums,
} from './release-files.ts'

/** A server that says nothing for so long, milliseconds, says nothing at all. */
const ANSWER_MS = 15_000

/**
 * Fetches a release into the cache; what is there already and whole is kept. A file gets its name when its sum is right.
 * @param url of the release, as https://github.com/rancher/rke2/releases/download/v1.35.4%2Brke2r1
 * @throws UserError when the address names no version, can't be read, or serves something else than it should.
 */
export async function fetchRelease(
  url: string,
  arch: Architecture,
  say: (line: string) => void,
): Promise<{ version: string; directory: string }> {
  const base = url.replace(/\/+$/, '')
  const version = decodeURIComponent(base.slice(base.lastIndexOf('/') + 1))
  if (!RELEASE_VERSION.test(version))
    throw new UserError(`${url} does not end in a version of RKE2`, {
      hint: 'Name the release itself: https://github.com/rancher/rke2/releases/download/v1.35.4%2Brke2r1',
    })
  const directory = cacheDirectory('releases')
  const place = join(directory, version)
  await mkdir(place, { recursive: true })
  const list = join(place, checksumList(arch))
  await writeFile(list, await textAt(`${base}/${checksumList(arch)}`))
  const sums = readChecksums(await readFile(list, 'utf8'))
  const cilium = (await isThere(`${base}/${ciliumImages(arch)}`)) ? ciliumImages(arch) : ciliumList(arch)
  for (const file of [...neededArchives(arch), cilium]) {
    const expected = sums.get(file)
    // A list without it is refused with a better word when the release is inspected.
    if (expected) await fetchFile(`${base}/${file}`, join(place, file), expected, say)
  }
  return { version, directory }
}

async function fetchFile(url: string, file: string, expected: string, say: (line: string) => void) {
  if (existsSync(file) && (await sha256(file)) === expected) return
  say(`fetching ${url}`)
  const part = `${file}.part`
  await pipeline(Readable.fromWeb((await get(url)).body as ReadableStream), createWriteStream(part))
  const found = await sha256(part)
  if (found !== expected) {
    await rm(part)
    throw new UserError(`sha256 of ${url} is ${found}, and should be ${expected}`, {
      hint: 'Nothing of it was kept. Try again; if it stays so, do not use this mirror.',
    })
  }
  await rename(part, file)
}

const textAt = async (url: string) => (await get(url)).text()

const HINT = 'Check the address and the version, or fetch the release yourself and name its directory.'

async function get(url: string): Promise<Response> {
  const answer = await ask(url)
  if (!answer.ok || !answer.body) throw new UserError(`${url} answers ${answer.status}`, { hint: HINT })
  return answer
}

/** Only a plain no counts as one: a mirror that is out of order is an error when the file is fetched. */
async function isThere(url: string): Promise<boolean> {
  const { status, body } = await ask(url)
  await body?.cancel()
  return status !== 404
}

const ask = (url: string): Promise<Response> =>
  fetchUntil(url, AbortSignal.timeout(ANSWER_MS)).catch((error: unknown) => {
    throw new UserError(`${url} can’t be read`, { hint: HINT, cause: error })
  })

/** Only the answer has a limit: a download takes as long as it takes. */
function fetchUntil(url: string, silence: AbortSignal): Promise<Response> {
  const silent = new Promise<never>((_, reject) =>
    silence.addEventListener('abort', () => reject(silence.reason as Error), { once: true }),
  )
  return Promise.race([fetch(url), silent])
}
