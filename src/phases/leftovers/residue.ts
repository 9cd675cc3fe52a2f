import type { AwsClients } from '../../aws/clients.ts'
import type { Leftover, Search } from '../../aws/leftover.ts'
import { messageOf, UserError } from '../../kit/errors.ts'
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

/** A kind that could not be asked, and why. */
export interface Unasked {
  readonly kind: Kind
  readonly failure: UserError
}

/** What those services show that answer: one that doesn't hides nothing of the others. A proof needs `findAll`. */
export async function findWhatAnswers(
  aws: AwsClients,
  search: Search,
  kinds: readonly Kind[] = allKinds,
): Promise<{ found: Found[]; unasked: Unasked[] }> {
  const found: Found[] = []
  const unasked: Unasked[] = []
  const settled = await Promise.allSettled(kinds.map(async (kind) => kind.find(aws, search)))
  settled.forEach((one, at) => {
    const kind = kinds[at]
    if (!kind) return
    if (one.status === 'fulfilled') found.push({ kind, things: one.value })
    else unasked.push({ kind, failure: lookError(kind, search, one.reason) })
  })
  return { found, unasked }
}

function lookError({ name }: Kind, { cluster }: Search, cause: unknown): UserError {
  const hint = cause instanceof UserError ? cause.hint : undefined
  return new UserError(`could not look for ${name}${cluster ? ` of ${cluster}` : ''}: ${messageOf(cause)}`, {
    ...(hint === undefined ? {} : { hint }),
    cause,
  })
}

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
