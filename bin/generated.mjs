import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './set-up.mjs'

/** Everything that `npm run build` makes. READMEs are among them: their tables are generated. */
const GENERATED = ['dist', 'actions', 'action.yml', 'README.md', 'schema', 'policies']

function files(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path).flatMap((name) => files(join(path, name)))
}

/** Path → checksum of every generated file as it is now. */
export function fingerprint() {
  const all = GENERATED.flatMap((name) => files(join(root, name)))
  return new Map(all.map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]))
}

/** Paths whose content differs between two fingerprints. */
export const changed = (before, after) =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => before.get(file) !== after.get(file))
    .map((file) => file.slice(root.length))
