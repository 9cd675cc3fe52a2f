import { readFileSync } from 'node:fs'

/** When a process started, in clock ticks since boot, see proc(5): a pid alone may be taken again. Undefined when it has ended. */
export function startTimeOf(pid: number): string | undefined {
  const stat = statOf(pid)
  // The name before it, in brackets, may hold anything.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie has ended; its parent just hasn't asked.
  return state === 'Z' ? undefined : rest[18]
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}
