export interface JournalEntry {
  /** Milliseconds since the epoch. */
  time: number
  unit: string
  /** As in `rke2[123]`. */
  identifier: string
  pid: number
  message: string
}

export interface Journal {
  write(entry: Omit<JournalEntry, 'time'>): void
  entries(): readonly JournalEntry[]
}

/** Kept in memory while the machine exists; a talkative unit must not fill it: the oldest go first. */
const LONGEST = 20_000

export function createJournal(now: () => number): Journal {
  let entries: JournalEntry[] = []
  return {
    write(entry) {
      entries.push({ time: now(), ...entry })
      if (entries.length > LONGEST) entries = entries.slice(LONGEST / 10)
    },
    entries: () => entries,
  }
}

/** Hands over whole lines of a stream's text as they come; what is left at its end is a line too. */
export function splitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
  stream.on('end', () => {
    if (rest) onLine(rest)
  })
}
