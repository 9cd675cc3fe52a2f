import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { Architecture } from './front/releases/architecture.ts'
import type { MirrorOptions } from './machines/mirror.ts'
import { createQueue } from './machines/queue.ts'
import { RELEASES } from './releases.ts'
import { assembleRelease } from './rke2/artifacts/assemble-release.ts'
import { buildArtifacts } from './rke2/artifacts.ts'

/** The user's own mirror, as the front has checked it. */
export const ownMirror = z.object({
  directory: z.string(),
  versions: z.tuple([z.string()], z.string()),
  /** Those that are served with images of our own Cilium. */
  withOurCilium: z.array(z.string()),
})
type OwnMirror = z.output<typeof ownMirror>

interface Made {
  /** Where releases go that are made here. */
  directory: string
  arch: Architecture
  /** The path of what lies beside this program. */
  beside(name: string): string
}

/** Our stand-in's releases, each built when it is first asked for. */
export function standInReleases({ directory, arch, beside }: Made): MirrorOptions {
  const build = onceEach((version) =>
    buildArtifacts({
      ...{ version, directory: join(directory, version), arch },
      ...{ program: beside('rke2.js'), charts: beside('charts') },
    }),
  )
  const provide = async (version: string) => {
    if (!(RELEASES as readonly string[]).includes(version)) return false
    await build(version)
    return true
  }
  return { directory, provide }
}

/** The user's own releases as they lie there, or with our Cilium where they have none. */
export function ownReleases(own: OwnMirror, { directory, arch, beside }: Made): MirrorOptions {
  const build = onceEach(async (version) => {
    const [genuine, served] = [join(own.directory, version), join(directory, version)]
    if (own.withOurCilium.includes(version))
      await assembleRelease({ genuine, directory: served, program: beside('rke2.js'), arch })
    else await mkdir(directory, { recursive: true }).then(() => symlink(genuine, served))
  })
  const provide = async (version: string) => {
    if (!own.versions.includes(version)) return false
    await build(version)
    return true
  }
  return { directory, provide }
}

/** Does what a key asks for at its first call; others wait for it. */
function onceEach(work: (key: string) => Promise<void>) {
  const inOrder = createQueue()
  const done = new Set<string>()
  return (key: string) =>
    inOrder(key, async () => {
      if (!done.has(key)) await work(key)
      done.add(key)
    })
}
