import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { UserError } from '../kit/errors.ts'
import { type Ready, readyLine } from '../local-cloud/action.ts'

export interface LocalCloudProcess {
  ready: Ready
  /** Resolves when it ends by itself, to what it said last. */
  died: Promise<UserError>
  /** Takes everything away: processes, namespaces, mounts, files. Resolves when it is gone. */
  stop(): Promise<void>
}

/**
 * Starts the local cloud as a child that dies with us: its standard input is our pipe, and it stops at end of file.
 * @throws UserError with what it said when it doesn't come up.
 */
export function startLocalCloud(
  program: string,
  args: readonly string[],
  say: (line: string) => void = () => undefined,
): Promise<LocalCloudProcess> {
  const child = spawn(process.execPath, [program, 'start', '--stop-with-stdin', ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const said: string[] = []
  let up = false
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line)
    // Set-up may take its time, so it is told while it goes on.
    if (!up) say(line)
  })
  const ended = (code: number | null) => `(exit ${code ?? 'by a signal'}):\n${said.slice(-15).join('\n')}`
  let stopping = false
  const died = new Promise<UserError>((resolve) => {
    child.on('exit', (code) => {
      if (!stopping) resolve(new UserError(`the local cloud ended ${ended(code)}`))
    })
  })
  const stopIt = () => {
    stopping = true
    return stop(child)
  }
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = line.startsWith('{') ? readyLine.safeParse(JSON.parse(line)).data : undefined
      up ||= ready !== undefined
      if (ready) resolve({ ready, died, stop: stopIt })
      else said.push(line)
    })
    child.on('exit', (code) => reject(new UserError(`the local cloud did not start ${ended(code)}`)))
  })
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
