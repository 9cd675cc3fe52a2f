import type { Tag, TagSpecification } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'

type Tags = Readonly<Record<string, string>>

const MOST_TAGS = 50

/**
 * Checks tags as EC2 does and gives them as a record.
 * @throws AwsFault for reserved or repeated keys, lengths, more than fifty
 */
export function readTags(tags: readonly Tag[] | undefined): Tags {
  const record: Record<string, string> = {}
  for (const { Key = '', Value = '' } of tags ?? []) {
    if (Key in record) throw new AwsFault('InvalidParameterValue', `Duplicate tag key '${Key}' specified.`)
    refuseTag(Key, Value)
    record[Key] = Value
  }
  return record
}

function refuseTag(key: string, value: string): void {
  if (key === '' || key.length > 127)
    throw new AwsFault(
      'InvalidParameterValue',
      `Tag key exceeds the maximum length of 127 characters or is empty: '${key}'`,
    )
  if (value.length > 255)
    throw new AwsFault('InvalidParameterValue', 'Tag value exceeds the maximum length of 255 characters')
  if (/^aws:/i.test(key))
    throw new AwsFault(
      'InvalidParameterValue',
      `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
    )
}

/** The tags for one resource type out of TagSpecifications. @throws AwsFault for any other type than `allowed` */
export function specifiedTags(
  specifications: readonly TagSpecification[] | undefined,
  allowed: readonly string[],
): Readonly<Partial<Record<string, Tags>>> {
  const byType: Record<string, Tags> = {}
  for (const { ResourceType: type = '', Tags: tags } of specifications ?? []) {
    if (!allowed.includes(type))
      throw new AwsFault('InvalidParameterValue', `'${type}' is not a valid taggable resource type.`)
    if (type in byType)
      throw new AwsFault('InvalidParameterValue', `The tag specification for '${type}' occurs twice`)
    byType[type] = readTags(tags)
  }
  return byType
}

/** @throws AwsFault when instance metadata shows the tags and a key could not be a path there */
export function refuseMetadataKeys(tags: Tags): void {
  const bad = Object.keys(tags).find((key) => /[/\s]/.test(key) || key === '.' || key === '..')
  if (bad === undefined) return
  throw new AwsFault(
    'InvalidParameterValue',
    `'${bad}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
  )
}

/** Adds tags to whatever has them already. @throws AwsFault TagLimitExceeded */
export function addTags(world: World, id: string, tags: Tags): void {
  const all = { ...world.tags.get(id), ...tags }
  if (Object.keys(all).length > MOST_TAGS)
    throw new AwsFault('TagLimitExceeded', `The maximum number of ${MOST_TAGS} tags per resource is exceeded`)
  if (Object.keys(all).length > 0) world.tags.set(id, all)
}

export const tagList = (world: World, id: string): { Key: string; Value: string }[] =>
  Object.entries(world.tags.get(id) ?? {}).map(([Key, Value]) => ({ Key, Value }))
