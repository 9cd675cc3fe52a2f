import type { AwsClients } from '../../aws/clients.ts'
import type { Leftover, Search } from '../../aws/leftover.ts'
import { allKinds } from './all-kinds.ts'
import type { Kind } from './kind.ts'

export interface Found {
  readonly kind: Kind
  readonly things: readonly Leftover[]
}

/** Asks each service anew; nothing that an earlier step found or did is trusted. */
export const findAll = (
  aws: AwsClients,
  search: Search,
  kinds: readonly Kind[] = allKinds,
): Promise<Found[]> =>
  Promise.all(kinds.map(async (kind) => ({ kind, things: await kind.find(aws, search) })))

/** What is left of a cluster: names or ids, by kind. */
export type Residue = Readonly<Record<string, readonly string[]>>

export function residueOf(found: readonly Found[]): Residue {
  const residue: Record<string, string[]> = {}
  for (const { kind, things } of found)
    residue[kind.name] = [...new Set([...(residue[kind.name] ?? []), ...things.map(({ name }) => name)])]
  return residue
}

/** Everything that is left, one item a line; empty when nothing is. */
export const itemsOf = (residue: Residue): string[] =>
  Object.entries(residue).flatMap(([kind, items]) => items.map((item) => `${kind}: ${item}`))

/** `0 instances, 0 load balancers, …`: the proof, in one line. */
export const countsOf = (residue: Residue): string =>
  Object.entries(residue)
    .map(([kind, items]) => `${items.length} ${kind}`)
    .join(', ')
