/** A phase as its log lines tell it. Times are seconds since the action's start. */
export interface PhaseProgress {
  name: string
  startedAt: number
  endedAt: number | undefined
  outcome: 'running' | 'done' | 'failed'
  /** The last thing that it said. */
  latest: string
  /** What it waits for, with what is missing; empty when it works. */
  awaited: string
}

export interface LogLine {
  seconds: number
  phase: string
  message: string
}

// A phase's name has its own column; what no phase says has none.
const LINE = /^\s*(\d+\.\d)s {2}(?=[a-z-]+ {2}|[a-z-]{22} )([a-z-]+)\s+(.*)$/
const END = /^(✓ done in|failed after) (\d+\.\d) s$/

/** Reads a line of the action's log; undefined for anything else. */
export function readLogLine(line: string): LogLine | undefined {
  const [, seconds, phase, message] = LINE.exec(line) ?? []
  return seconds && phase && message ? { seconds: Number(seconds), phase, message } : undefined
}

/**
 * Pure: what is known of the phases once `line` was said. Phases stay in the order in which they first spoke; one that
 * says nothing but its end only holds others, and is left out.
 */
export function advance(phases: readonly PhaseProgress[], line: LogLine): PhaseProgress[] {
  const known = phases.find(({ name }) => name === line.phase)
  const [, word, duration] = END.exec(line.message) ?? []
  if (!known && word) return [...phases]
  const before = known ?? begun(line)
  const next = word
    ? ended({ ...before, startedAt: line.seconds - Number(duration) }, line.seconds, word.startsWith('✓'))
    : { ...before, ...said(line.message) }
  return known ? phases.map((each) => (each === known ? next : each)) : [...phases, next]
}

const begun = ({ phase, seconds }: LogLine): PhaseProgress => ({
  name: phase,
  startedAt: seconds,
  endedAt: undefined,
  outcome: 'running',
  latest: '',
  awaited: '',
})

const said = (message: string) =>
  message.startsWith('… ') ? { awaited: message.slice(2) } : { awaited: '', latest: message }

/** Pure: a phase at its end. What it said last stays, what it waited for does not. */
export const ended = (phase: PhaseProgress, seconds: number, succeeded: boolean): PhaseProgress => ({
  ...phase,
  endedAt: seconds,
  outcome: succeeded ? 'done' : 'failed',
  awaited: '',
})
