import type {
  AddTagsInput,
  DescribeTagsInput,
  RemoveTagsInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { balancerByArn, groupByArn, listenerByArn } from './find.ts'

const MOST_TAGS = 50

/** @throws AwsFault DuplicateTagKeys, TooManyTags, ValidationError */
export function tagResource(world: World, arn: string, tags: readonly Tag[] | undefined): void {
  const keys = (tags ?? []).map(({ Key = '' }) => Key)
  if (new Set(keys).size < keys.length)
    throw new AwsFault('DuplicateTagKeys', `The same tag key is given twice: ${keys.join(', ')}`)
  if (keys.some((key) => /^aws:/i.test(key)))
    throw new AwsFault('ValidationError', 'Tag keys that start with aws: are reserved')
  const all = { ...world.tags.get(arn) }
  for (const { Key = '', Value = '' } of tags ?? []) all[Key] = Value
  if (Object.keys(all).length > MOST_TAGS)
    throw new AwsFault('TooManyTags', `A resource can have ${MOST_TAGS} tags at most`)
  if (Object.keys(all).length > 0) world.tags.set(arn, all)
}

/** @throws AwsFault LoadBalancerNotFound, TargetGroupNotFound, ListenerNotFound */
function refuseMissing(world: World, arn: string): void {
  if (arn.includes(':targetgroup/')) groupByArn(world, arn)
  else if (arn.includes(':listener/')) listenerByArn(world, arn)
  else balancerByArn(world, arn)
}

export function addTags({ world }: Cloud, { ResourceArns: arns = [], Tags: tags }: AddTagsInput) {
  for (const arn of arns) refuseMissing(world, arn)
  for (const arn of arns) tagResource(world, arn, tags)
  return {}
}

export function removeTags(
  { world }: Cloud,
  { ResourceArns: arns = [], TagKeys: keys = [] }: RemoveTagsInput,
) {
  for (const arn of arns) refuseMissing(world, arn)
  for (const arn of arns) {
    const kept = Object.entries(world.tags.get(arn) ?? {}).filter(([key]) => !keys.includes(key))
    world.tags.set(arn, Object.fromEntries(kept))
  }
  return {}
}

/** Of at most twenty resources, which the model checks. */
export function describeTags({ world }: Cloud, { ResourceArns: arns = [] }: DescribeTagsInput) {
  for (const arn of arns) refuseMissing(world, arn)
  return {
    TagDescriptions: arns.map((arn) => ({
      ResourceArn: arn,
      Tags: Object.entries(world.tags.get(arn) ?? {}).map(([Key, Value]) => ({ Key, Value })),
    })),
  }
}
