import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../bin/set-up.mjs'

/** A local cloud that ends with us. @returns what it says when it is ready, and a function that takes it away */
export function startLocalCloud() {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/local-cloud/index.js'), 'start', '--control-plane', 'light', '--stop-with-stdin'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the local cloud ended with ${code}`)))
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve({
        ...JSON.parse(line),
        stop: () => {
          child.stdin.end()
          return ended
        },
      }),
    )
  })
}
