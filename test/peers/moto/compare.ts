import { leavesOf, type Step } from './conversation.ts'
import type { Answer } from './replay.ts'

/** One thing in which two peers differ, in words that stay the same from run to run. */
export interface Difference {
  operation: string
  /** An answer's member (`Reservations[].Instances[].State.Name`), or `outcome`. */
  where: string
  ours: string
  theirs: string
}

const NOTHING = '–'

/** In what the answers to a conversation differ: outcomes, members that only one has, and values that are words or truths. */
export function differencesOf(
  steps: readonly Step[],
  ours: readonly Answer[],
  theirs: readonly Answer[],
): Difference[] {
  const found = steps.flatMap(({ service, operation }, index) => {
    const [here, there] = [ours[index] ?? {}, theirs[index] ?? {}]
    return between(here, there).map((difference) => ({ operation: `${service}:${operation}`, ...difference }))
  })
  const distinct = new Map(found.map((one) => [JSON.stringify(one), one]))
  return [...distinct.values()].toSorted((one, other) => byCodeUnit(textOf(one), textOf(other)))
}

const byCodeUnit = (one: string, other: string) => (one < other ? -1 : 1)
const textOf = ({ operation, where, ours }: Difference) => `${operation} ${where} ${ours}`

function between(here: Answer, there: Answer): Omit<Difference, 'operation'>[] {
  if (here.error !== undefined || there.error !== undefined) {
    const [ours, theirs] = [here.error ?? 'success', there.error ?? 'success']
    return ours === theirs ? [] : [{ where: 'outcome', ours, theirs }]
  }
  const [mine, other] = [membersOf(here.output), membersOf(there.output)]
  return [...new Set([...mine.keys(), ...other.keys()])].flatMap((where) => {
    const [ours = NOTHING, theirs = NOTHING] = [mine.get(where), other.get(where)]
    return ours === theirs ? [] : [{ where, ours, theirs }]
  })
}

/** Members by their path without indices; those of a list together. */
function membersOf(output: unknown): Map<string, string> {
  const values = new Map<string, Set<string>>()
  for (const [path, leaf] of leavesOf(output)) {
    const where = path.replace(/\.\d+(?=\.|$)/g, '[]').replace(/(Tags\[\])\.(Key|Value)$/, '$1')
    values.set(where, (values.get(where) ?? new Set()).add(shown(where, leaf)))
  }
  return new Map([...values].map(([where, words]) => [where, [...words].toSorted(byCodeUnit).join(', ')]))
}

/** A value that is the same from run to run: a truth or one of AWS's words. Of others only that they are there. */
function shown(where: string, leaf: unknown): string {
  if (typeof leaf === 'boolean') return String(leaf)
  const isWord = typeof leaf === 'string' && /^[A-Za-z][A-Za-z_-]{1,40}$/.test(leaf)
  const isClosed =
    /(State|Status|StatusDetails|Type|Scheme|Protocol|Tenancy|Architecture|Code|Name|Tier)$/.test(where)
  return isWord && isClosed && !/(Group|Role|Profile|Key|Host|Computer)Name$/.test(where) ? leaf : 'a value'
}
