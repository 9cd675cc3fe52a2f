import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { UserError } from '../kit/errors.ts'
import { type Ready, readyLine } from '../local-cloud/action.ts'

export interface LocalCloudProcess {
  ready: Ready
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
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = line.startsWith('{') ? readyLine.safeParse(JSON.parse(line)).data : undefined
      up ||= ready !== undefined
      if (ready) resolve({ ready, stop: () => stop(child) })
      else said.push(line)
    })
    child.on('exit', (code) =>
      reject(new UserError(`the local cloud did not start (exit ${code}):\n${said.slice(-15).join('\n')}`)),
    )
  })
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
