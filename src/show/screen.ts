import { styleText } from 'node:util'
import { createLogUpdate } from 'log-update'
import { advanceNodes, type NodeProgress } from './node-progress.ts'
import { advance, ended, type PhaseProgress, readLogLine } from './progress.ts'
import { renderPhases } from './render.ts'
import { renderNodes } from './render-nodes.ts'

/** Where the lines of one action go while it runs. */
export interface Screen {
  line(text: string): void
  /** Ends the live part and gives the phases as they ended: those that had not end with the action. */
  end(succeeded: boolean): PhaseProgress[]
}

const isCommand = (text: string) => /^::(add-mask|debug|group|endgroup)/.test(text)

/** `::error title=x::text` becomes a line in red; the rest is said as it is. */
function plainText(text: string): string {
  const [, level, message] = /^::(error|warning|notice)[^:]*::(.*)$/.exec(text) ?? []
  if (!level || message === undefined) return text
  const words = message.replaceAll('%0A', '\n').replaceAll('%0D', '').replaceAll('%25', '%')
  return styleText(level === 'error' ? 'red' : level === 'warning' ? 'yellow' : 'cyan', words)
}

/** For logs and pipes: every line as it comes. */
export function plainScreen(say: (text: string) => void): Screen {
  const started = Date.now()
  let phases: PhaseProgress[] = []
  return {
    line(text) {
      if (isCommand(text)) return
      const read = readLogLine(text)
      if (read) phases = advance(phases, read)
      say(plainText(text))
    },
    end: (succeeded) => allEnded(phases, started, succeeded),
  }
}

/** For people: a line a phase and a line a node, redrawn in place; what is no phase's (warnings, errors) is kept above. */
export function liveScreen(stream: NodeJS.WriteStream, asked: readonly NodeProgress[]): Screen {
  const update = createLogUpdate(stream, { showCursor: false })
  const started = Date.now()
  let phases: PhaseProgress[] = []
  let nodes = asked
  let frame = 0
  const draw = (more = '') => {
    const now = (Date.now() - started) / 1000
    update(`${renderPhases(phases, now, frame++, stream.columns || 100)}${more}`)
  }
  const elapsed = () => {
    const seconds = styleText('dim', ` ${((Date.now() - started) / 1000).toFixed(0)} s so far`)
    return `\n\n${renderNodes(nodes)}\n\n${seconds}`
  }
  const timer = setInterval(() => draw(elapsed()), 120)
  return {
    line(text) {
      if (isCommand(text) || text.trim() === '') return
      const read = readLogLine(text)
      if (read) {
        phases = advance(phases, read)
        nodes = advanceNodes(nodes, read)
      } else update.persist(plainText(text))
    },
    end(succeeded) {
      clearInterval(timer)
      phases = allEnded(phases, started, succeeded)
      draw()
      update.done()
      return phases
    },
  }
}

const allEnded = (phases: readonly PhaseProgress[], started: number, succeeded: boolean) =>
  phases.map((phase) =>
    phase.endedAt === undefined ? ended(phase, (Date.now() - started) / 1000, succeeded) : phase,
  )
