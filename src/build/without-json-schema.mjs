import { readFile } from 'node:fs/promises'

// zod hangs its way to JSON Schema on every schema, so that no bundler can shake it off; only the build itself goes that way.
const WRITERS = /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/

/** @param {string} code a module of zod's @returns the same exports, with nothing behind them */
function emptied(code) {
  const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name)
  return [
    "const refuse = () => { throw new Error('zod’s toJSONSchema is left out of this bundle') }",
    ...names.map((name) => `export const ${name} = () => refuse`),
  ].join('\n')
}

/** Leaves 6 or 7 kB, compressed, out of each bundle of Rollup’s that checks with zod. */
export const withoutJsonSchema = {
  name: 'without-json-schema',
  transform: (code, id) => (WRITERS.test(id) ? { code: emptied(code), map: null } : null),
}

/** The same for esbuild. */
export const programWithoutJsonSchema = {
  name: 'without-json-schema',
  setup: (build) =>
    build.onLoad({ filter: WRITERS }, async ({ path }) => ({
      contents: emptied(await readFile(path, 'utf8')),
    })),
}
