import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join, resolve as resolvePath } from 'node:path'
import commonjs from '@rollup/plugin-commonjs'
import json from '@rollup/plugin-json'
import resolve from '@rollup/plugin-node-resolve'
import { transform } from 'esbuild'
import { rollup } from 'rollup'
import { withoutJsonSchema } from './without-json-schema.mjs'

const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js')

/** esbuild strips the types; a shell or Python script becomes its text. */
const ourSources = {
  name: 'our-sources',
  async transform(code, id) {
    if (/\.(sh|py)$/.test(id)) return { code: `export default ${JSON.stringify(code)}`, map: null }
    if (!id.endsWith('.ts')) return null
    const stripped = await transform(code, { loader: 'ts', format: 'esm', target: 'node20.10' })
    return { code: stripped.code, map: null }
  },
}

/** White space and dead branches go; names stay, so that a stack trace of a user still reads. */
const shrink = {
  name: 'shrink',
  async renderChunk(code) {
    const small = await transform(code, {
      format: 'esm',
      target: 'node20.10',
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: 'none',
    })
    return { code: small.code, map: null }
  },
}

// Warnings of these kinds come from packages, say nothing new at each build, and would hide one that matters.
const KNOWN_WARNINGS = new Set([
  'INVALID_ANNOTATION',
  'THIS_IS_UNDEFINED',
  'CIRCULAR_DEPENDENCY',
  'SOURCEMAP_ERROR',
])

/**
 * Rollup shakes the tree (the AWS clients shrink to the operations that are called).
 * @param {{ entry: string, file: string }} options paths relative to the repository's root
 */
export async function bundle({ entry, file }) {
  const built = await rollup({
    input: entry,
    // What speaks HTTP in them (OIDC tokens, Octokit) is never called; with it, each start would load all of undici.
    treeshake: {
      moduleSideEffects: (id) => !isBuiltin(id) && !/@actions\/(core|github|http-client)|\/undici\//.test(id),
    },
    plugins: [
      ourSources,
      withoutJsonSchema,
      resolve({ preferBuiltins: true, exportConditions: ['node'] }),
      commonjs({ ignoreDynamicRequires: true }),
      json({ compact: true }),
      shrink,
    ],
    onwarn: (warning, warn) => {
      if (!KNOWN_WARNINGS.has(warning.code)) warn(warning)
    },
  })
  let atStart
  await built.write({
    dir: dirname(file),
    format: 'esm',
    chunkFileNames: '[name].js',
    manualChunks: (id, { getModuleInfo }) => {
      atStart ??= reachedFrom(resolvePath(entry), getModuleInfo)
      return atStart.has(id) ? 'actions' : 'runs'
    },
  })
  await built.close()
}

/** What is loaded with a module: not what it imports when it comes to that. */
function reachedFrom(entry, getModuleInfo, reached = new Set()) {
  if (reached.has(entry)) return reached
  reached.add(entry)
  for (const id of getModuleInfo(entry)?.importedIds ?? []) reachedFrom(id, getModuleInfo, reached)
  return reached
}

/** ncc packs the shaken modules into the file that the runner loads, and the one that it loads when a run begins. */
export function packForRunner(module, directory) {
  const packed = `${dirname(module)}/ncc`
  rmSync(packed, { recursive: true, force: true })
  // ncc keeps ES modules only where the nearest package.json says so.
  mkdirSync(packed, { recursive: true })
  writeFileSync(join(dirname(module), 'package.json'), '{"type":"module"}\n')
  execFileSync(process.execPath, [ncc, 'build', module, '-o', packed, '--no-asset-builds', '-q'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  mkdirSync(directory, { recursive: true })
  const programs = (one) => readdirSync(one).filter((file) => file.endsWith('index.js'))
  for (const file of programs(directory)) rmSync(join(directory, file))
  for (const file of programs(packed)) renameSync(join(packed, file), join(directory, file))
}
