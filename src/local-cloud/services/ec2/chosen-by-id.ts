import { AwsFault } from '../../wire/service.ts'

/** Narrows to the ids asked for. @throws AwsFault when one of them isn't there */
export function chosenById<Item extends { id: string }>(
  items: readonly Item[],
  ids: readonly string[] | undefined,
  kind: string,
  code: string,
): readonly Item[] {
  const missing = ids?.find((id) => !items.some((item) => item.id === id))
  if (missing !== undefined) throw new AwsFault(code, `The ${kind} ID '${missing}' does not exist`)
  return ids?.length ? items.filter(({ id }) => ids.includes(id)) : items
}
