import { ALL_CHECKS } from './all-checks.ts'
import type { Check } from './check.ts'

/** `[]` and `all` are every check; `!name` leaves one out. */
export function selectChecks(items: readonly string[]): { chosen: Check[]; left: Check[] } {
  const excluded = items.filter((item) => item.startsWith('!')).map((item) => item.slice(1))
  const named = items.filter((item) => !item.startsWith('!') && item !== 'all')
  const isChosen = ({ name }: Check) =>
    !excluded.includes(name) && (!named.length || items.includes('all') || named.includes(name))
  return { chosen: ALL_CHECKS.filter(isChosen), left: ALL_CHECKS.filter((check) => !isChosen(check)) }
}
