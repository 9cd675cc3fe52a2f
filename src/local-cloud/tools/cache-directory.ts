import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where fetched tools are kept between runs, outside the repository: $XDG_CACHE_HOME or ~/.cache. */
export function cacheDirectory(...parts: string[]): string {
  const directory = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'rke2-action', ...parts)
  mkdirSync(directory, { recursive: true })
  return directory
}
