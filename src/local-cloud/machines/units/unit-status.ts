import { formatEntry } from './format-entry.ts'
import type { Journal } from './journal.ts'
import type { LoadedUnit } from './unit-manager.ts'

/** The text of `systemctl status`. */
export function describeStatus({ service, path }: LoadedUnit, journal: Journal, lines: number): string {
  const { name, description } = service.settings()
  const { active, sub, result, mainPid } = service.state()
  const entries = journal.entries().filter(({ unit }) => unit === name)
  return [
    `● ${name} - ${description}`,
    `     Loaded: loaded (${path})`,
    `     Active: ${active} (${sub})${result === 'success' ? '' : ` (Result: ${result})`}`,
    ...(mainPid ? [`   Main PID: ${mainPid}`] : []),
    '',
    ...entries.slice(Math.max(0, entries.length - lines)).map((entry) => formatEntry(entry, 'short', '')),
    '',
  ].join('\n')
}
