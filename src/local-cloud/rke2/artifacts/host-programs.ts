import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '../../../kit/errors.ts'
import { onPath } from '../../tools/on-path.ts'

const run = promisify(execFile)

/** What the chart's init containers and our agent call, by the directory of the image in which they look for it. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  '/bin': ['sh', 'bash'],
  '/usr/bin': ['ip', 'bridge', 'nft', 'nsenter', 'mount', 'grep', 'mkdir', 'cp', 'mv', 'rm'],
}

/**
 * This machine's own programs, node.js among them, with the libraries that they load: what an image can be made of where nothing can be
 * fetched. Machines run on the same kernel with the same /usr, so that what runs here runs there.
 * @returns paths on this machine by path in the image
 * @throws UserError that names the program that is missing.
 */
export async function hostPrograms(node: string = process.execPath): Promise<Map<string, string>> {
  const files = new Map([['/usr/bin/node', node]])
  for (const [directory, names] of Object.entries(PROGRAMS))
    for (const name of names) files.set(join(directory, name), pathOf(name))
  const libraries = await Promise.all([...new Set(files.values())].map(librariesOf))
  for (const library of libraries.flat()) files.set(library, library)
  return files
}

function pathOf(name: string): string {
  const path = onPath(name)
  if (path === undefined)
    throw new UserError(`our Cilium’s image needs ${name}, which is not on this machine`, {
      hint: 'Install it, or put RKE2’s own images of Cilium into the mirror.',
    })
  return path
}

async function librariesOf(program: string): Promise<string[]> {
  // Fails for a program that loads none.
  const { stdout } = await run('ldd', [program]).catch(() => ({ stdout: '' }))
  return readLibraries(stdout)
}

/** The paths in what ldd(1) prints: `libc.so.6 => /lib/libc.so.6 (0x…)`, and the loader's own without an arrow. */
export const readLibraries = (text: string): string[] =>
  [...text.matchAll(/(?:^|=>)\s*(\/\S+) \(0x/gm)].map(([, path]) => path ?? '')
