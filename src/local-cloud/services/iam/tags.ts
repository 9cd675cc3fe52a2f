import type { Tag } from '@aws-sdk/client-iam'
import { AwsFault } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'

const MOST_TAGS = 50

/** Adds tags to a role or an instance profile. @throws AwsFault InvalidInput, LimitExceeded */
export function tagEntity(world: World, arn: string, tags: readonly Tag[] | undefined): void {
  const all = { ...world.tags.get(arn) }
  for (const { Key = '', Value = '' } of tags ?? []) {
    if (/^aws:/i.test(Key)) throw new AwsFault('InvalidInput', `Tag key ${Key} starts with the reserved aws:`)
    all[Key] = Value
  }
  if (Object.keys(all).length > MOST_TAGS)
    throw new AwsFault('LimitExceeded', `The number of tags has reached the maximum of ${MOST_TAGS}`)
  if (Object.keys(all).length > 0) world.tags.set(arn, all)
}

export const entityTags = (world: World, arn: string): Required<Tag>[] =>
  Object.entries(world.tags.get(arn) ?? {}).map(([Key, Value]) => ({ Key, Value }))
