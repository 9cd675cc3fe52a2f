import { styleText } from 'node:util'
import type { PhaseProgress } from './progress.ts'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

const mark = (phase: PhaseProgress, frame: number): string => {
  if (phase.outcome === 'done') return styleText('green', '✓')
  if (phase.outcome === 'failed') return styleText('red', '✗')
  return styleText('cyan', FRAMES[frame % FRAMES.length] as string)
}

const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text)

/** One line a phase: mark, name, seconds, and what it does or waits for. `now` is seconds since the start. */
export function renderPhases(
  phases: readonly PhaseProgress[],
  now: number,
  frame: number,
  width: number,
): string {
  return phases
    .map((phase) => {
      const seconds = `${((phase.endedAt ?? now) - phase.startedAt).toFixed(1).padStart(5)} s`
      const room = Math.max(20, width - 36)
      const words = phase.awaited
        ? styleText('dim', cut(`waits for ${phase.awaited}`, room))
        : cut(phase.latest.replace(/^[✓✗] ?/, ''), room)
      return ` ${mark(phase, frame)} ${phase.name.padEnd(22)} ${styleText('dim', seconds)}  ${words}`
    })
    .join('\n')
}

/** A bar a phase over the whole run, so that the overlaps are seen. `width` columns are the whole time. */
export function renderTimeline(phases: readonly PhaseProgress[], total: number, width = 48): string {
  const column = (seconds: number) => Math.round((seconds / Math.max(total, 0.1)) * width)
  return phases
    .map((phase) => {
      const end = phase.endedAt ?? total
      const from = column(phase.startedAt)
      const bar = `${' '.repeat(from)}${'█'.repeat(Math.max(1, column(end) - from))}`.padEnd(width + 1)
      return `  ${phase.name.padEnd(22)} ${styleText('blue', bar)} ${(end - phase.startedAt).toFixed(1).padStart(5)} s`
    })
    .join('\n')
}
