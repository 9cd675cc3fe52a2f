import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A file of /proc, or nothing when the process has ended meanwhile. */
function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

const allPids = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)

/**
 * Every process that descends from one start of a unit, as the cloud sees them. systemd gives each start an INVOCATION_ID,
 * and children inherit it: that takes the place of a control group, which a container may not be allowed to make.
 */
export function membersOf(invocationId: string): number[] {
  const mark = `INVOCATION_ID=${invocationId}\0`
  // `nsenter` has the mark too, but it stands outside and tells how its child ended.
  return allPids().filter(
    (pid) => readProcess(pid, 'environ').includes(mark) && commandName(pid) !== 'nsenter',
  )
}

/** The only child of an `nsenter` process: what it started inside. */
export function childOf(pid: number): number | undefined {
  const first = readProcess(pid, `task/${pid}/children`).split(' ')[0]
  return first ? Number(first) : undefined
}

/** The number by which a machine knows a process of its own. 0 when it is gone. */
export function pidInside(pid: number): number {
  const line = readProcess(pid, 'status').match(/^NSpid:(.*)$/m)?.[1]
  return Number(line?.trim().split(/\s+/).at(-1) ?? 0)
}

const commandName = (pid: number): string => readProcess(pid, 'comm').trim()

/** The arguments of a process, or its name in brackets when it has none, as systemd shows them. */
export function commandLine(pid: number): string {
  const words = readProcess(pid, 'cmdline').split('\0').join(' ').trim()
  return words || `[${commandName(pid)}]`
}

/** The INVOCATION_ID that a process was started with, by whichever unit; empty when it has none. */
export const invocationOf = (pid: number): string =>
  readProcess(pid, 'environ').match(/(?:^|\0)INVOCATION_ID=([^\0]*)/)?.[1] ?? ''

/** All processes in the pid namespace of `init`, without `init` itself. */
export function processesOf(init: number): number[] {
  const namespace = namespaceOf(init)
  return namespace ? allPids().filter((pid) => pid !== init && namespaceOf(pid) === namespace) : []
}

/** A signal to each. One that has ended meanwhile needs none. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // ended by itself
    }
  }
}

function namespaceOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return ''
  }
}
