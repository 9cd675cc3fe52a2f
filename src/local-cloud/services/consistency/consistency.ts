import type { AwsFault, Call } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'
import { type Content, contentOf, TABLES, type Table } from './tables.ts'

/** "Retry for up to a minute" is what AWS's guide says of what was made just now (EC2 API, eventual consistency). */
const SPREADING_SECONDS = 60
// Calls take their own time, whatever the speed of the world: between two of one run, on a busy machine, lie seconds.
const SHORTEST_SPREADING_SECONDS = 10

/** What a service does not show at once. It is remembered only while a fault may need it. */
export interface Consistency {
  /** Does a call's work, and notes what it makes and changes. */
  noting<T>(call: Call, work: () => Promise<T>): Promise<T>
  /** What the service would say if it didn't know yet what the call names; undefined when all of that is older. */
  unknownIn(call: Call, input: Readonly<Record<string, unknown>>): AwsFault | undefined
  /** The world as the service showed it before its latest change; undefined when that is longer ago. */
  earlier(call: Call): World | undefined
}

export function createConsistency(world: World): Consistency {
  const born = new Map<string, number>()
  const before = new Map<Table['name'], { content: Content; at: number }>()
  const seconds = Math.max(SPREADING_SECONDS / world.speed, SHORTEST_SPREADING_SECONDS)
  const isFresh = (at: number | undefined) => at !== undefined && world.clock.now() - at < seconds * 1000
  const note = (table: Table, content: Content) => {
    const at = world.clock.now()
    const now = contentOf(world, table)
    for (const key of now.keys()) if (!content.has(key)) born.set(`${table.name} ${key}`, at)
    if (isChanged(content, now)) before.set(table.name, { content, at })
  }
  return {
    async noting(call, work) {
      const { faults } = world
      const tables = faults.awaits('not-found') || faults.awaits('stale') ? tablesOf(call) : []
      const contents = tables.map((table) => contentOf(world, table))
      try {
        return await work()
      } finally {
        for (const [at, table] of tables.entries()) note(table, contents[at] ?? new Map())
      }
    },
    unknownIn(call, input) {
      for (const table of tablesOf(call)) {
        if (table.makers.includes(call.operation)) continue
        const id = namedIn(input, table).find((one) => isFresh(born.get(`${table.name} ${one}`)))
        if (id !== undefined) return table.unknown?.(id)
      }
      return undefined
    },
    earlier(call) {
      const known = tablesOf(call).flatMap(({ name }) => {
        const held = before.get(name)
        return held && isFresh(held.at) ? [[name, held.content]] : []
      })
      if (!known.length) return undefined
      const held = Object.fromEntries(known)
      return { ...world, ...held, network: { ...world.network, ...held } }
    },
  }
}

const tablesOf = ({ service }: Call): readonly Table[] => TABLES[service] ?? []

const namedIn = (input: Readonly<Record<string, unknown>>, { members }: Table): string[] =>
  members.flatMap((member) => input[member]).filter((one) => typeof one === 'string')

const isChanged = (content: Content, now: Content) =>
  content.size !== now.size || [...now].some(([key, value]) => content.get(key) !== value)
