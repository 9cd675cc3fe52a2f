import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { paths } from '../paths.ts'

/** What runs for a static pod: a process of its own, which outlives RKE2 as a container under its shim does. */
export interface StaticProcess {
  name: string
  command: readonly string[]
  logFile: string
}

const RUN = join(dirname(paths.containerd), 'containers')

const pidFile = (name: string) => join(RUN, `${name}.pid`)

/** The process that runs for `name`, checked by its command line: process ids are used again after a power loss. */
export function runningPid({ name, command }: Pick<StaticProcess, 'name' | 'command'>): number | undefined {
  const file = pidFile(name)
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8'))
  return commandLineOf(pid) === command.join(' ') ? pid : undefined
}

/** Empty for a process that is gone or a zombie. */
function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean).join(' ')
  } catch {
    return ''
  }
}

/** Starts it detached, its output appended to the pod's log. */
export function startProcess({ name, command, logFile }: StaticProcess): void {
  mkdirSync(RUN, { recursive: true })
  mkdirSync(dirname(logFile), { recursive: true })
  const output = openSync(logFile, 'a')
  const [program = '', ...arguments_] = command
  const child = spawn(program, arguments_, { detached: true, stdio: ['ignore', output, output], cwd: '/' })
  closeSync(output)
  // Its end is noticed by the next look, as for a process that an earlier RKE2 started.
  child.once('error', () => undefined)
  child.unref()
  if (child.pid !== undefined) writeFileSync(pidFile(name), String(child.pid))
}

export function stopProcess(process_: Pick<StaticProcess, 'name' | 'command'>): void {
  const pid = runningPid(process_)
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
  rmSync(pidFile(process_.name), { force: true })
}
