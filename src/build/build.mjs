import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { build } from 'esbuild'
import { bundle, packForRunner } from './bundle.mjs'
import { programWithoutJsonSchema } from './without-json-schema.mjs'

process.chdir(new URL('../..', import.meta.url).pathname)
rmSync('build', { recursive: true, force: true })

const scripts = { '.sh': 'text', '.py': 'text' }
const program = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.10',
  loader: scripts,
  logLevel: 'warning',
  legalComments: 'none',
}

// CommonJS packages inside an ES module still ask for `require`.
const banner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
}

/** The local cloud is not on the path of a user's job, so speed of building counts more than size. */
const cloudProgram = {
  ...program,
  banner,
  mainFields: ['module', 'main'],
  minify: true,
  plugins: [programWithoutJsonSchema],
  outdir: 'dist/local-cloud',
}
rmSync('dist/local-cloud/chunks', { recursive: true, force: true })
const localCloud = Promise.all([
  // What a machine gets must be one file.
  build({
    ...cloudProgram,
    entryPoints: { rke2: 'src/local-cloud/rke2/main.ts', agent: 'src/local-cloud/machines/agent/main.ts' },
  }),
  // These two share what they have in common, and load what is asked for only.
  build({
    ...cloudProgram,
    entryPoints: { index: 'src/local-cloud/main.ts', show: 'src/show/main.ts' },
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  }),
])
rmSync('dist/local-cloud/charts', { recursive: true, force: true })
cpSync('src/local-cloud/rke2/helm/charts', 'dist/local-cloud/charts', { recursive: true })

const actions = process.argv.includes('--local-cloud-only')
  ? undefined
  : bundle({ entry: 'src/index.ts', file: 'build/actions/index.js' }).then(() =>
      packForRunner('build/actions/index.js', 'dist'),
    )

await Promise.all([localCloud, actions])
await build({
  ...program,
  packages: 'external',
  entryPoints: ['src/build/generate.ts'],
  outfile: 'build/generate.mjs',
})
execFileSync(process.execPath, ['build/generate.mjs'], { stdio: 'inherit' })
