import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheDirectory } from '../../src/local-cloud/tools/cache-directory.ts'
import { run } from '../../src/local-cloud/tools/run.ts'

const VERSION = '24.21.0'

/** The folder of a Node 24, which is what `using: node24` gets on GitHub: this process's own, or one fetched once. */
export function ensureNode24(): string {
  if (process.versions.node.startsWith('24.')) return dirname(process.execPath)
  const directory = cacheDirectory(`node-${VERSION}`)
  const folder = join(directory, 'node_modules', 'node', 'bin')
  if (!existsSync(join(folder, 'node')))
    run('npm', ['install', '--silent', '--no-save', '--prefix', directory, `node@${VERSION}`])
  return folder
}
