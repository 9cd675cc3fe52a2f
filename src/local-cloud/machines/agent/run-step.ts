import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startTimeOf } from '../../../kit/start-time.ts'
import type { Step } from './document.ts'
import type { Ending, RawResult } from './step-result.ts'

/** A script that runs under a worker which outlives this agent. */
export interface RunningStep {
  /** The worker. */
  pid: number
  directory: string
  /** Milliseconds since the epoch. */
  startedAt: number
  /** When the worker is this process' own child; one that was found again after a restart has to be looked at. */
  exited?: Promise<void>
}

const WORKER = join(dirname(fileURLToPath(import.meta.url)), 'run-step.sh')
/** How long the outputs of a killed script may still come in, when a child of it holds them open. */
const GRACE_MS = 300
/** How often a worker that was found again is looked at. */
const LOOK_MS = 100

/** Where the script runs: only an absolute directory counts, else the agent's own. */
const directoryOf = ({ workingDirectory }: Step) =>
  isAbsolute(workingDirectory) ? workingDirectory : process.cwd()

/**
 * Writes the script and starts it.
 * @throws Error in the genuine agent's words when the directory to run in is missing.
 */
export async function startStep(
  step: Step,
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningStep> {
  const runIn = directoryOf(step)
  if (!existsSync(runIn))
    throw new Error('failed to run commands: fork/exec /usr/bin/sh: no such file or directory')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  // A second run after a reboot appends to the outputs of the first.
  for (const file of ['out', 'err', 'group', 'exit']) await rm(join(directory, file), { force: true })
  const script = join(directory, '_script.sh')
  await writeFile(script, step.script, { mode: 0o700 })
  const worker = spawn('bash', [WORKER, directory, script, runIn], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...env },
  })
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve())
  })
  return { pid: worker.pid ?? 0, directory, startedAt: Date.now(), exited }
}

export interface Watch {
  step: Step
  running: RunningStep
  /** Aborted when the command is cancelled. */
  cancel: AbortSignal
}

/** Waits for the end of a step, and brings it about at its timeout or when it is cancelled. */
export async function watchStep({ step, running, cancel }: Watch): Promise<RawResult> {
  const { directory, startedAt } = running
  const left = startedAt + step.timeoutSeconds * 1000 - Date.now()
  const ending = await Promise.race([
    ended(running).then((): Ending => 'exited'),
    new Promise<Ending>((resolve) => setTimeout(() => resolve('timed out'), Math.max(0, left)).unref()),
    new Promise<Ending>((resolve) => {
      if (cancel.aborted) resolve('cancelled')
      cancel.addEventListener('abort', () => resolve('cancelled'), { once: true })
    }),
  ])
  if (ending !== 'exited') await killGroup(running)
  const read = (file: string) => readFile(join(directory, file)).catch(() => Buffer.alloc(0))
  const code = Number((await read('exit')).toString() || 137)
  return {
    ending,
    code,
    stdout: await read('stdout'),
    stderr: await read('stderr'),
    startedAt,
    endedAt: Date.now(),
  }
}

// A zombie has ended: its exit code lies in the file.
const isAlive = (pid: number): boolean => startTimeOf(pid) !== undefined

/** Whether there is anything to wait for, or a result already. */
export const isKnown = ({ pid, directory }: RunningStep): boolean =>
  isAlive(pid) || existsSync(join(directory, 'exit'))

async function ended({ pid, exited }: RunningStep): Promise<void> {
  if (exited !== undefined) return exited
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}

/** SIGKILL to the script's process group; a child in a session of its own survives, as on the genuine agent. */
async function killGroup({ pid, directory }: RunningStep): Promise<void> {
  const group = Number((await readFile(join(directory, 'group'), 'utf8').catch(() => '')).trim())
  if (group > 1) kill(-group)
  const deadline = Date.now() + GRACE_MS
  while (isAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
  kill(-pid)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // ended by itself
  }
}
