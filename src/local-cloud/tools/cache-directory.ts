import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../kit/errors.ts'

/**
 * Where fetched tools are kept between runs, outside the repository: $XDG_CACHE_HOME or ~/.cache.
 * @throws UserError where this user may not write: system users such as nobody have a home that doesn't exist.
 */
export function cacheDirectory(...parts: string[]): string {
  const directory = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'rke2-action', ...parts)
  try {
    mkdirSync(directory, { recursive: true })
  } catch (error) {
    throw new UserError(`Fetched tools have no place to be kept: ${(error as Error).message}`, {
      hint: 'Set XDG_CACHE_HOME to a directory that this user may write.',
    })
  }
  return directory
}
