import { parseArgs } from 'node:util'
import { messageOf } from '../../../kit/errors.ts'
import { formatEntry } from './format-entry.ts'
import type { Journal, JournalEntry } from './journal.ts'
import { fail, type Reply, succeed } from './reply.ts'
import { parseSeconds } from './service-settings.ts'
import { unitName } from './unit-manager.ts'

const OPTIONS = {
  unit: { type: 'string', short: 'u', multiple: true },
  identifier: { type: 'string', short: 't', multiple: true },
  lines: { type: 'string', short: 'n' },
  output: { type: 'string', short: 'o' },
  since: { type: 'string', short: 'S' },
  grep: { type: 'string', short: 'g' },
  reverse: { type: 'boolean', short: 'r' },
  quiet: { type: 'boolean', short: 'q' },
  boot: { type: 'boolean', short: 'b' },
  catalog: { type: 'boolean', short: 'x' },
  'pager-end': { type: 'boolean', short: 'e' },
  'no-pager': { type: 'boolean' },
  'no-hostname': { type: 'boolean' },
  utc: { type: 'boolean' },
} as const

/**
 * A moment as journalctl takes it: `@seconds`, `-5min`, `5 min ago`, `now`, `2026-01-31 10:00:00`. Milliseconds since the epoch.
 * @throws Error when it is none of these.
 */
export function parseMoment(text: string, now: number): number {
  if (text === 'now') return now
  const epoch = text.match(/^@(\d+(?:\.\d+)?)$/)?.[1]
  if (epoch !== undefined) return Number(epoch) * 1000
  const ago = text.match(/^-(.+)$/)?.[1] ?? text.match(/^(.+) ago$/)?.[1]
  if (ago !== undefined) return now - parseSeconds(ago) * 1000
  const date = Date.parse(`${text.replace(' ', 'T')}${/(Z|[+-]\d\d:?\d\d)$/.test(text) ? '' : 'Z'}`)
  if (Number.isNaN(date)) throw new Error(`Failed to parse timestamp: ${text}`)
  return date
}

/** `journalctl` as scripts use it; an option that it doesn't know is an error that names it. */
export function journalctl(journal: Journal, hostname: string, args: string[], now: number): Reply {
  try {
    const { values } = parseArgs({ args, options: OPTIONS })
    const units = values.unit?.map(unitName)
    const since = values.since === undefined ? 0 : parseMoment(values.since, now)
    const pattern = new RegExp(values.grep ?? '')
    const wanted = (entry: JournalEntry) =>
      entry.time >= since &&
      (!units || units.includes(entry.unit)) &&
      (!values.identifier || values.identifier.includes(entry.identifier)) &&
      pattern.test(entry.message)
    const found = lastOf(journal.entries().filter(wanted), values.lines)
    if (!found.length) return succeed(values.quiet ? '' : '-- No entries --\n')
    const ordered = values.reverse ? found.toReversed() : found
    const name = values['no-hostname'] ? '' : hostname
    return succeed(ordered.map((entry) => `${formatEntry(entry, values.output ?? 'short', name)}\n`).join(''))
  } catch (error) {
    return fail(`journalctl: ${messageOf(error)}`)
  }
}

function lastOf(entries: readonly JournalEntry[], lines: string | undefined): readonly JournalEntry[] {
  if (lines === undefined || lines === 'all') return entries
  const count = Number(lines)
  if (!Number.isInteger(count) || count < 0) throw new Error(`Failed to parse lines '${lines}'`)
  return count === 0 ? [] : entries.slice(-count)
}
