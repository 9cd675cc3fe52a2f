import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface ActionRun {
  exitCode: number
  outputs: Record<string, string>
  summary: string
}

export interface ActionCall {
  /** The two-line door: dist/<name>/index.js. */
  door: string
  inputs: Readonly<Record<string, string>>
  env: Readonly<Record<string, string>>
  /** For outputs, summary and files of the run. */
  directory: string
  signal: AbortSignal
  onLine: (line: string) => void
}

/** Runs an action as GitHub's runner does: inputs in the environment, outputs and summary through files. */
export function runAction({ door, inputs, env, directory, signal, onLine }: ActionCall): Promise<ActionRun> {
  const outputFile = join(directory, 'output')
  const summaryFile = join(directory, 'summary.md')
  const stateFile = join(directory, 'state')
  writeFileSync(outputFile, '')
  writeFileSync(stateFile, '')
  writeFileSync(summaryFile, '')
  const asVariables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  // An action goes on asking an API that is away; when we are killed, nobody is left to wait for it.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, door], {
    // Its own group: Ctrl-C must reach the show alone, which then cleans up in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...env,
      ...Object.fromEntries(asVariables),
      GITHUB_OUTPUT: outputFile,
      GITHUB_STATE: stateFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      RUNNER_TEMP: directory,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  })
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop)
      resolve({
        exitCode: code ?? 1,
        outputs: readOutputs(readFileSync(outputFile, 'utf8')),
        summary: readFileSync(summaryFile, 'utf8'),
      })
    })
  })
}

/** GITHUB_OUTPUT holds `name<<DELIMITER`, the value's lines, DELIMITER. */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  for (const [, name, , value] of text.matchAll(/^(\S+?)<<(\S+)\n([\s\S]*?)\n\2$/gm))
    if (name) outputs[name] = value ?? ''
  return outputs
}
