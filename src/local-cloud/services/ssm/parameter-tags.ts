import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  RemoveTagsFromResourceRequest,
  Tag,
} from '@aws-sdk/client-ssm'
import { AwsFault } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { storedParameter } from './parameter-lookup.ts'

const MOST_TAGS = 50

export const parameterTagKey = (name: string) => `parameter/${name}`

/** @throws AwsFault TooManyTagsError, ValidationException */
export function tagParameter(world: World, name: string, tags: readonly Tag[]): void {
  const reserved = tags.find(({ Key = '' }) => /^aws:/i.test(Key))
  if (reserved)
    throw new AwsFault('ValidationException', `Tag key ${reserved.Key} starts with the reserved aws:`)
  const all = { ...world.tags.get(parameterTagKey(name)) }
  for (const { Key = '', Value = '' } of tags) all[Key] = Value
  if (Object.keys(all).length > MOST_TAGS)
    throw new AwsFault('TooManyTagsError', `A resource can have a maximum of ${MOST_TAGS} tags.`)
  if (Object.keys(all).length > 0) world.tags.set(parameterTagKey(name), all)
}

interface Resource {
  ResourceType?: string | undefined
  ResourceId?: string | undefined
}

/** @throws AwsFault for anything but a parameter that exists */
function taggedName(world: World, { ResourceType: type, ResourceId: id = '' }: Resource): string {
  if (type !== 'Parameter')
    throw new AwsFault('InvalidResourceType', `the local cloud tags parameters, not ${type}`)
  if (!storedParameter(world, id)) throw new AwsFault('InvalidResourceId', `Parameter ${id} not found.`)
  return id
}

export function addTagsToResource({ world }: Cloud, input: AddTagsToResourceRequest) {
  tagParameter(world, taggedName(world, input), input.Tags ?? [])
  return {}
}

export function removeTagsFromResource({ world }: Cloud, input: RemoveTagsFromResourceRequest) {
  const key = parameterTagKey(taggedName(world, input))
  const kept = Object.entries(world.tags.get(key) ?? {}).filter(([tag]) => !input.TagKeys?.includes(tag))
  world.tags.set(key, Object.fromEntries(kept))
  return {}
}

export function listTagsForResource({ world }: Cloud, input: ListTagsForResourceRequest) {
  const tags = world.tags.get(parameterTagKey(taggedName(world, input))) ?? {}
  return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
}
