import { basename } from 'node:path'
import { childOf, pidInside } from '../processes.ts'
import { splitLines } from './journal.ts'
import type { ServiceHost } from './service-host.ts'
import type { ExecLine, ServiceSettings } from './service-settings.ts'
import type { Exit } from './service-state.ts'
import { expandVariables } from './words.ts'

/** One running line of ExecStart or its kin. */
export interface RunningLine {
  exit: Promise<Exit>
  /** The process itself, as the cloud sees it; nothing when it has ended or is not there yet. */
  pid(): number | undefined
  /** The same, also when it has ended: a last datagram may arrive later than the end. */
  lastPid(): number | undefined
}

/** How long a process that is being started is looked for, milliseconds, and how often. */
const SEARCH = { for: 1_000, every: 10 }

export interface Line {
  line: ExecLine
  env: Readonly<Record<string, string>>
  settings: ServiceSettings
  host: ServiceHost
}

/** Starts a line; what it writes goes to the journal, and to the console where the unit says so. */
export function runLine({ line, env, settings, host }: Line): RunningLine {
  const argv = expandVariables(line.words, env)
  const child = host.launch({ argv, env, directory: settings.directory })
  const identifier = basename(argv[0] ?? '')
  const parent = child.pid ?? 0
  let known = 0
  let last: number | undefined
  const pid = () => {
    known ||= pidInside(childOf(parent) ?? 0)
    return known
  }
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    splitLines(stream, (message) => {
      host.journal.write({ unit: settings.name, identifier, pid: pid(), message })
      if (settings.toConsole) host.console(message)
    })
  }
  const exit = new Promise<Exit>((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }))
    child.on('error', () => resolve({ code: 203, signal: null }))
  })
  const find = () => {
    const found = childOf(parent)
    last = found ?? last
    return found
  }
  if (settings.notifyAccess !== 'none') void search(find)
  return { exit, pid: find, lastPid: () => find() ?? last }
}

async function search(find: () => number | undefined): Promise<void> {
  for (let left = SEARCH.for / SEARCH.every; left > 0 && find() === undefined; left--)
    await new Promise((resolve) => setTimeout(resolve, SEARCH.every))
}
