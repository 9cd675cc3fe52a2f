import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
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

/** Milliseconds from spawn to the first call to AWS: with right inputs, all of the program is loaded by then. */
const firstCall = () =>
  new Promise((resolve) => {
    let started = 0
    const server = createServer(() => {
      resolve(performance.now() - started)
      child.kill('SIGKILL')
      server.close()
    })
    let child
    server.listen(0, '127.0.0.1', () => {
      started = performance.now()
      child = spawn(process.execPath, [join(root, 'dist/verify-ha/index.js')], {
        stdio: 'ignore',
        env: {
          PATH: process.env.PATH,
          'INPUT_CLUSTER-NAME': 'pr-42',
          AWS_REGION: 'eu-west-1',
          AWS_ACCESS_KEY_ID: 'a key of nobody',
          AWS_SECRET_ACCESS_KEY: 'and its secret',
          AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}`,
        },
      })
    })
  })

/** What the runner loads: the doors' program, and what a run loads on top. */
const programs = () => readdirSync(join(root, 'dist')).filter((file) => file.endsWith('index.js'))

const emptyNode = () => {
  const started = performance.now()
  execFileSync(process.execPath, ['-e', '0'])
  return performance.now() - started
}

const megabytes = (bytes) => bytes / 1e6

export async function measure() {
  const door = []
  const call = []
  const empty = []
  await firstLine()
  for (let run = 0; run < RUNS; run++) {
    empty.push(emptyNode())
    door.push(await firstLine())
    call.push(await firstCall())
  }
  const archive = execFileSync('sh', ['-c', 'git archive HEAD | gzip -9 | wc -c'], {
    cwd: root,
    encoding: 'utf8',
  })
  return [
    { name: 'door to its first line', unit: 'ms', values: door, target: 130 },
    { name: 'of which Node with an empty program', unit: 'ms', values: empty },
    { name: 'with right inputs, to its first call to AWS', unit: 'ms', values: call },
    {
      name: 'shared bundle',
      unit: 'MB',
      values: [megabytes(programs().reduce((sum, file) => sum + statSync(join(root, 'dist', file)).size, 0))],
      target: 3,
    },
    { name: 'git archive | gzip', unit: 'MB', values: [megabytes(Number(archive))], target: 2 },
  ]
}
