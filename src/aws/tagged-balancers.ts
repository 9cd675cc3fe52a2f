import {
  AddTagsCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Tags } from '../cluster/tags.ts'
import { batches } from '../kit/batches.ts'
import { unless } from './errors.ts'
import { isSought, type Leftover, type Search } from './leftover.ts'
import { tagList, tagsOf } from './tag-list.ts'

export type Untagged = Omit<Leftover, 'tags'>

/** Asks load balancing for the tags of several things. */
type AskTags = (ids: string[]) => Promise<readonly { id: string | undefined; Tags: Tag[] | undefined }[]>

const tagsByArn =
  (elb: ElasticLoadBalancingV2Client): AskTags =>
  async (ResourceArns) => {
    const { TagDescriptions = [] } = await elb.send(new DescribeTagsCommand({ ResourceArns }))
    return TagDescriptions.map(({ ResourceArn: id, Tags }) => ({ id, Tags }))
  }

export async function findTaggedBalancers(
  elb: ElasticLoadBalancingV2Client,
  search: Search,
): Promise<Leftover[]> {
  const all: Untagged[] = []
  for await (const page of paginateDescribeLoadBalancers({ client: elb }, {}))
    for (const one of page.LoadBalancers ?? [])
      all.push({
        id: one.LoadBalancerArn ?? '',
        name: one.LoadBalancerName ?? '',
        createdAt: one.CreatedTime?.getTime(),
      })
  return sought(all, search, tagsByArn(elb))
}

export async function findTaggedTargetGroups(
  elb: ElasticLoadBalancingV2Client,
  search: Search,
): Promise<Leftover[]> {
  const all: Untagged[] = []
  for await (const page of paginateDescribeTargetGroups({ client: elb }, {}))
    for (const one of page.TargetGroups ?? [])
      all.push({ id: one.TargetGroupArn ?? '', name: one.TargetGroupName ?? '' })
  return sought(all, search, tagsByArn(elb))
}

// DescribeTags and AddTags take 20 things; ELB has no filter by tag.
const AT_ONCE = 20
const GONE = ['LoadBalancerNotFound', 'TargetGroupNotFound']

/** Those that are looked for, with their tags. */
export async function sought(
  all: readonly Untagged[],
  search: Search,
  askTags: AskTags,
): Promise<Leftover[]> {
  const found: Leftover[] = []
  for (const batch of batches(all, AT_ONCE)) found.push(...(await withTags(batch, askTags)))
  return found.filter(({ tags }) => isSought(tags, search))
}

/** One that is deleted between the two calls makes the whole call fail: then each is asked for by itself. */
async function withTags(things: readonly Untagged[], askTags: AskTags): Promise<Leftover[]> {
  const answer = await unless(GONE, askTags(things.map(({ id }) => id)))
  if (!answer)
    return things.length === 1
      ? []
      : (await Promise.all(things.map((one) => withTags([one], askTags)))).flat()
  const tagsById = new Map(answer.map(({ id, Tags }) => [id, tagsOf(Tags)]))
  return things.map((one) => ({ ...one, tags: tagsById.get(one.id) ?? {} }))
}

/** Tags balancers or target groups. One that is gone meanwhile keeps no other from its tags. */
export async function tagBalancing(
  elb: ElasticLoadBalancingV2Client,
  arns: readonly string[],
  tags: Tags,
): Promise<void> {
  const tag = (ResourceArns: string[]) =>
    unless(GONE, elb.send(new AddTagsCommand({ ResourceArns, Tags: tagList(tags) })))
  for (const batch of batches(arns, AT_ONCE))
    if (!(await tag(batch))) for (const arn of batch) await tag([arn])
}
