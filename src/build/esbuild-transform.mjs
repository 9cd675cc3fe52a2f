import { transformSync } from 'esbuild'

// jest strips types as the bundle does, so a stack trace points at the TypeScript line.
const strip = (text, path) =>
  transformSync(text, {
    loader: 'ts',
    format: 'esm',
    target: 'node20.10',
    sourcemap: 'inline',
    sourcefile: path,
  })

export default {
  process: (text, path) => ({ code: strip(text, path).code }),
  processAsync: async (text, path) => ({ code: strip(text, path).code }),
}
