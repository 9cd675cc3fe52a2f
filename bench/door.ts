import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readOutputs } from '../src/show/run-action.ts'

/** Where AWS's APIs are, and who may call them. */
export interface Account {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
}

export interface Ended {
  /** Null where a signal ended it. */
  code: number | null
  lines: string[]
  outputs: Record<string, string>
  seconds: number
  /** MiB; NaN where the process was killed. */
  rss: number
}

export interface Door {
  child: ChildProcess
  ended: Promise<Ended>
}

export type Inputs = Readonly<Record<string, string | number>>

// Says its own highest memory when it ends: /proc no longer knows a process by then.
const TELL =
  'data:text/javascript,process.on("exit",()=>process._rawDebug("maxRSS",process.resourceUsage().maxRSS))'

/**
 * Starts an action's door as the runner does, in a directory of its own: it sees no output of an earlier one.
 * @param file `dist/<name>/index.js`
 */
export function startDoor(file: string, account: Account, inputs: Inputs): Door {
  const directory = mkdtempSync(join(tmpdir(), 'rke2-action-bench-'))
  const files = { GITHUB_OUTPUT: join(directory, 'output'), GITHUB_STEP_SUMMARY: join(directory, 'summary') }
  for (const path of [...Object.values(files), join(directory, 'state')]) writeFileSync(path, '')
  const given = Object.entries(inputs).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, String(value)])
  const started = performance.now()
  const child = spawn(process.execPath, ['--import', TELL, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      ...files,
      GITHUB_STATE: join(directory, 'state'),
      RUNNER_TEMP: directory,
      AWS_ENDPOINT_URL: account.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: account.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...Object.fromEntries(given),
    },
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line))
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => {
      const outputs = readOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8'))
      rmSync(directory, { recursive: true, force: true })
      const rss = Number(lines.find((line) => line.startsWith('maxRSS'))?.split(' ')[1]) / 1024
      resolve({ code, lines, outputs, rss, seconds: (performance.now() - started) / 1000 })
    }),
  )
  return { child, ended }
}

/** @throws Error with its last lines when it fails */
export async function runDoor(file: string, account: Account, inputs: Inputs): Promise<Ended> {
  const ended = await startDoor(file, account, inputs).ended
  if (ended.code !== 0) throw new Error(`${file} ended with ${ended.code}:\n${lastLines(ended)}`)
  return ended
}

export const lastLines = ({ lines }: Ended, most = 20): string => lines.slice(-most).join('\n')
