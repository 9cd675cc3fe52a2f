import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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

/**
 * Runs an action's door as the runner does.
 * @returns seconds from spawn to exit, its lines, and its highest RSS in MiB
 * @throws Error with its last lines when it fails
 */
export async function runDoor(name, cloud, inputs) {
  const directory = mkdtempSync(join(tmpdir(), 'rke2-action-bench-'))
  const files = { GITHUB_OUTPUT: join(directory, 'output'), GITHUB_STEP_SUMMARY: join(directory, 'summary') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const given = Object.entries(inputs).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, String(value)])
  // Says its own highest memory when it ends: /proc no longer knows a process by then.
  const tell =
    'data:text/javascript,process.on("exit",()=>process._rawDebug("maxRSS",process.resourceUsage().maxRSS))'
  const started = performance.now()
  const child = spawn(process.execPath, ['--import', tell, join(root, 'dist', name, 'index.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ...files,
      RUNNER_TEMP: directory,
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: cloud.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...Object.fromEntries(given),
    },
  })
  const lines = []
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line))
  const code = await new Promise((resolve) => child.once('close', resolve))
  const seconds = (performance.now() - started) / 1000
  rmSync(directory, { recursive: true, force: true })
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${lines.slice(-20).join('\n')}`)
  const rss = Number(lines.find((line) => line.startsWith('maxRSS'))?.split(' ')[1]) / 1024
  return { seconds, lines, rss }
}
