import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from '../bin/set-up.mjs'

/** Imports a TypeScript file of this repository with all that it imports. */
export async function loadTypeScript(entry) {
  // Inside the repository, where its packages are found.
  mkdirSync(join(root, 'build'), { recursive: true })
  const directory = mkdtempSync(join(root, 'build/bench-'))
  const file = join(directory, 'entry.mjs')
  try {
    await build({
      entryPoints: [join(root, entry)],
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      loader: { '.sh': 'text', '.py': 'text' },
    })
    return await import(file)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
