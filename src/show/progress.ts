/** A phase as its log lines tell it. Times are seconds since the action's start. */
export interface PhaseProgress {
  name: string
  startedAt: number
  endedAt: number | undefined
  outcome: 'running' | 'done' | 'failed'
  /** The last thing it said, or what it waits for. */
  latest: string
  waiting: boolean
}

export interface LogLine {
  seconds: number
  phase: string
  message: string
}

const LINE = /^\s*(\d+\.\d)s {2}(\S+)\s+(.*)$/

/** Reads a line of the action's log; undefined for anything else. */
export function readLogLine(line: string): LogLine | undefined {
  const [, seconds, phase, message] = LINE.exec(line) ?? []
  return seconds && phase && message ? { seconds: Number(seconds), phase, message } : undefined
}

/** Pure: what is known of the phases once `line` was said. Phases stay in the order in which they first spoke. */
export function advance(
  phases: readonly PhaseProgress[],
  { seconds, phase, message }: LogLine,
): PhaseProgress[] {
  const waiting = message.startsWith('… ')
  const outcome = message.startsWith('✓') ? 'done' : message.startsWith('✗') ? 'failed' : 'running'
  const known = phases.find(({ name }) => name === phase)
  const next: PhaseProgress = {
    name: phase,
    startedAt: known?.startedAt ?? seconds,
    endedAt: outcome === 'running' ? undefined : seconds,
    outcome,
    latest: waiting ? message.slice(2) : message,
    waiting,
  }
  return known ? phases.map((each) => (each === known ? next : each)) : [...phases, next]
}
