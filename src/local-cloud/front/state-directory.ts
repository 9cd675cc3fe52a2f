import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { startTimeOf } from '../../kit/start-time.ts'

export const PREFIX = 'rke2-local-cloud-'

/** Where state directories lie by default. After `su` the runtime directory may still be that of another user. */
export function defaultBase(env: Readonly<Record<string, string | undefined>>): string {
  const runtime = env['XDG_RUNTIME_DIR']
  return runtime && isWritable(runtime) ? runtime : '/tmp'
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Makes the directory of this process. Its name tells whether its owner still lives, so the next start removes it. */
export function makeStateDirectory(base: string, parts: readonly string[] = []): string {
  const state = join(base, `${PREFIX}${process.pid}-${startTimeOf(process.pid)}`)
  for (const part of ['', ...parts]) mkdirSync(join(state, part), { recursive: true, mode: 0o700 })
  return state
}

/** Directories of this user below `base` whose process is gone: what a `kill -9` or a power loss has left. */
function leftovers(base: string): string[] {
  return readdirSync(base)
    .filter((name) => name.startsWith(PREFIX))
    .filter((name) => {
      const [pid, started] = name.slice(PREFIX.length).split('-')
      return startTimeOf(Number(pid)) !== started
    })
    .map((name) => join(base, name))
    .filter(isRemovable)
}

/** What another user left in /tmp is that user's or root's to remove. */
function isRemovable(directory: string): boolean {
  const user = process.getuid?.()
  return user === 0 || statSync(directory, { throwIfNoEntry: false })?.uid === user
}

/** Removes and names them. Processes and mounts need no care: they ended with their owner. */
export function removeLeftovers(base: string): string[] {
  const found = leftovers(base)
  for (const directory of found) rmSync(directory, { recursive: true, force: true })
  return found
}
