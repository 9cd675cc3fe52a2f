import { execFileSync, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bin/set-up.mjs'

export const title =
  'cold start of an action door to its first line; size of the bundle and of the repository'

const RUNS = 15

/** Milliseconds from spawn to the first byte on stdout. Without inputs the first line is the error that lists them. */
const firstLine = () =>
  new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(process.execPath, [join(root, 'dist/verify-ha/index.js')], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH, AWS_REGION: 'eu-west-1' },
    })
    child.stdout.once('data', () => {
      resolve(performance.now() - started)
      child.kill('SIGKILL')
    })
  })

const emptyNode = () => {
  const started = performance.now()
  execFileSync(process.execPath, ['-e', '0'])
  return performance.now() - started
}

const megabytes = (bytes) => bytes / 1e6

export async function measure() {
  const door = []
  const empty = []
  await firstLine()
  for (let run = 0; run < RUNS; run++) {
    empty.push(emptyNode())
    door.push(await firstLine())
  }
  const archive = execFileSync('sh', ['-c', 'git archive HEAD | gzip -9 | wc -c'], {
    cwd: root,
    encoding: 'utf8',
  })
  return [
    { name: 'door to its first line', unit: 'ms', values: door, target: 130 },
    { name: 'of which Node with an empty program', unit: 'ms', values: empty },
    {
      name: 'shared bundle',
      unit: 'MB',
      values: [megabytes(statSync(join(root, 'dist/index.js')).size)],
      target: 3,
    },
    { name: 'git archive | gzip', unit: 'MB', values: [megabytes(Number(archive))], target: 2 },
  ]
}
