import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { UserError } from '../../../kit/errors.ts'
import { COMPONENTS, type KubernetesBinaries } from './binaries.ts'
import { goArch, sha256, writeCached } from './cached-binaries.ts'

/** Kubernetes' own release server. */
const RELEASE_SERVER = 'https://dl.k8s.io/release'

// A machine without a way out often answers with silence.
const ANSWER_MS = 8_000

/**
 * Fetches `version` (`v1.35.7`) into the cache, each program checked against the sum that lies beside it.
 * @throws UserError when the server can't be reached or a sum is another; nothing is kept then.
 */
export function downloadBinaries(
  version: string,
  say: (line: string) => void,
  { server = RELEASE_SERVER, cache }: { server?: string; cache?: string } = {},
): Promise<KubernetesBinaries> {
  const fill = async (directory: string) => {
    for (const component of COMPONENTS) {
      const url = `${server}/${version}/bin/linux/${goArch()}/${component}`
      const expected = await checksumAt(`${url}.sha256`)
      say(`fetching ${url}`)
      const file = join(directory, component)
      await pipeline(Readable.fromWeb((await open(url)) as ReadableStream), createWriteStream(file))
      const found = await sha256(file)
      if (found !== expected)
        throw new UserError(`${url} has checksum ${found}, its release says ${expected}`, {
          hint: 'Nothing of it was kept. Try again; if it stays so, do not use this server: `npm run build:kubernetes`.',
        })
    }
  }
  return writeCached(version, fill, cache)
}

async function checksumAt(url: string): Promise<string> {
  const text = (await new Response(await open(url, AbortSignal.timeout(ANSWER_MS))).text()).trim()
  if (!/^[0-9a-f]{64}$/.test(text)) throw new UserError(`${url} holds no checksum: "${text.slice(0, 80)}"`)
  return text
}

async function open(url: string, signal?: AbortSignal) {
  const hint =
    '`npm run build:kubernetes` makes the programs from source; `--control-plane light` goes without.'
  let response: Response
  try {
    response = await fetch(url, signal ? { signal } : {})
  } catch (error) {
    throw new UserError(`${url} can't be reached: ${describe(error as Error)}`, { hint, cause: error })
  }
  if (!response.ok || !response.body)
    throw new UserError(`${url} answers ${response.status} ${response.statusText}`, { hint })
  return response.body
}

/** fetch says only "fetch failed"; the reason lies below. */
const describe = ({ message, cause }: Error) => (cause instanceof Error ? cause.message : message)
