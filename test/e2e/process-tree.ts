import { readdirSync, readFileSync } from 'node:fs'

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

const isAlive = (process: string) => {
  const [pid = '', started] = process.split(':')
  return lifeOf(pid)?.started === started
}

/** A process with all that descends from it, by pid and start time. */
export function treeOf(root: number): string[] {
  const lives = new Map(pids().flatMap((pid) => [[pid, lifeOf(pid)] as const]))
  const tree = new Set([String(root)])
  // A child may have a smaller pid than its parent, so look again until nothing is new.
  for (let size = 0; size !== tree.size; ) {
    size = tree.size
    for (const [pid, life] of lives) if (life && tree.has(life.parent)) tree.add(pid)
  }
  return [...tree].flatMap((pid) => (lives.get(pid) ? [`${pid}:${lives.get(pid)?.started}`] : []))
}

/**
 * The processes that live in or from a directory: a machine's have it in their mounts, others in their environment or
 * arguments. (Namespaces' numbers tell less: the kernel gives one that is gone to whoever comes next.)
 */
export function livingIn(directory: string): string[] {
  return pids().flatMap((pid) => {
    const life = lifeOf(pid)
    if (!life || pid === String(process.pid)) return []
    return ['mountinfo', 'environ', 'cmdline'].some((file) => names(directory, `/proc/${pid}/${file}`))
      ? [`${pid}:${life.started}`]
      : []
  })
}

function names(directory: string, file: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes(directory)
  } catch {
    return false
  }
}

/** Those of the processes that still run, and all that live in the directory. */
export const leftOf = (processes: string[], directory: string): string[] => [
  ...new Set([...processes.filter(isAlive), ...livingIn(directory)]),
]
