import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Processes by pid and start time, and the namespaces that they live in. */
export interface Traces {
  processes: Set<string>
  namespaces: Set<string>
}

const pids = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

/** Parent and start time; nothing for one that has ended. */
function lifeOf(pid: string): { parent: string; started: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, parent = '', ...more] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : { parent, started: more[17] ?? '' }
  } catch {
    return undefined
  }
}

const namespacesOf = (pid: string) =>
  ['mnt', 'net', 'pid'].flatMap((kind) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/${kind}`)]
    } catch {
      return []
    }
  })

/** A process with all that descends from it. */
export function tracesOf(root: number): Traces {
  const lives = new Map(pids().flatMap((pid) => [[pid, lifeOf(pid)] as const]))
  const tree = new Set([String(root)])
  // A child may have a smaller pid than its parent, so look again until nothing is new.
  for (let size = 0; size !== tree.size; ) {
    size = tree.size
    for (const [pid, life] of lives) if (life && tree.has(life.parent)) tree.add(pid)
  }
  const own = new Set(namespacesOf(String(process.pid)))
  return {
    processes: new Set(
      [...tree].flatMap((pid) => (lives.get(pid) ? [`${pid}:${lives.get(pid)?.started}`] : [])),
    ),
    namespaces: new Set([...tree].flatMap(namespacesOf).filter((namespace) => !own.has(namespace))),
  }
}

/** Ticks since the machine's start, as processes' start times are told: a hundred a second, see proc_pid_stat(5). */
export const ticksNow = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100

/**
 * Which of the traces are still there, though what they belong to ended at `endedAt` (ticks). The kernel numbers a namespace
 * that is gone anew: who began later lives in another one of the same number.
 */
export function leftOf({ processes, namespaces }: Traces, endedAt: number): string[] {
  return pids().flatMap((pid) => {
    const life = lifeOf(pid)
    if (!life || Number(life.started) > endedAt) return []
    const shared = namespacesOf(pid).filter((namespace) => namespaces.has(namespace))
    return processes.has(`${pid}:${life.started}`) ? [`process ${pid}`, ...shared] : shared
  })
}
