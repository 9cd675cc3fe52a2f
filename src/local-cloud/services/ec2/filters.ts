import type { Filter } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'

/** Filter name → the record's values for it. */
export type FilterTable<Item> = Readonly<Record<string, (item: Item) => readonly (string | undefined)[]>>

/**
 * Keeps the records that match every filter: values of one filter are alternatives, `*` and `?` are wildcards.
 * `tag:KEY` and `tag-key` work on everything that has an id.
 * @throws AwsFault InvalidParameterValue for a filter that the operation doesn't have
 */
export function filtered<Item extends { id: string }>(
  world: World,
  items: Iterable<Item>,
  filters: readonly Filter[] | undefined,
  table: FilterTable<Item>,
): Item[] {
  const tests = (filters ?? []).map((filter) => testOf(world, filter, table))
  return [...items].filter((item) => tests.every((test) => test(item)))
}

function testOf<Item extends { id: string }>(
  world: World,
  { Name, Values }: Filter,
  table: FilterTable<Item>,
) {
  const valuesOf = readerOf(world, Name ?? '', table)
  const patterns = (Values ?? []).map(toPattern)
  return (item: Item) =>
    valuesOf(item).some((value) => value !== undefined && patterns.some((pattern) => pattern.test(value)))
}

function readerOf<Item extends { id: string }>(
  world: World,
  name: string,
  table: FilterTable<Item>,
): (item: Item) => readonly (string | undefined)[] {
  const tagsOf = ({ id }: Item) => world.tags.get(id) ?? {}
  if (name.startsWith('tag:')) return (item) => [tagsOf(item)[name.slice(4)]]
  if (name === 'tag-key') return (item) => Object.keys(tagsOf(item))
  const reader = Object.hasOwn(table, name) ? table[name] : undefined
  if (!reader) throw new AwsFault('InvalidParameterValue', `The filter '${name}' is invalid`)
  return reader
}

function toPattern(value: string): RegExp {
  const source = value
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's')
}
