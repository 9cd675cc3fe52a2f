import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The release that was installed: the builder of artifacts lays a VERSION file beside the program. */
export function readVersion(): string {
  const file = join(dirname(fileURLToPath(import.meta.url)), 'VERSION')
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : 'v1.35.4+rke2r1'
}
