import {
  AddTagsCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Tags } from '../cluster/tags.ts'
import { batches } from '../kit/batches.ts'
import { unless } from './errors.ts'
import { isSought, type Leftover, type Search } from './leftover.ts'
import { tagList, tagsOf } from './tag-list.ts'

type Untagged = Omit<Leftover, 'tags'>

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
  return sought(elb, all, search)
}

export async function findTaggedTargetGroups(
  elb: ElasticLoadBalancingV2Client,
  search: Search,
): Promise<Leftover[]> {
  const all: Untagged[] = []
  for await (const page of paginateDescribeTargetGroups({ client: elb }, {}))
    for (const one of page.TargetGroups ?? [])
      all.push({ id: one.TargetGroupArn ?? '', name: one.TargetGroupName ?? '' })
  return sought(elb, all, search)
}

// DescribeTags and AddTags take 20 ARNs; ELB has no filter by tag.
const ARNS_AT_ONCE = 20
const GONE = ['LoadBalancerNotFound', 'TargetGroupNotFound']

async function sought(
  elb: ElasticLoadBalancingV2Client,
  all: readonly Untagged[],
  search: Search,
): Promise<Leftover[]> {
  const found: Leftover[] = []
  for (const batch of batches(all, ARNS_AT_ONCE)) found.push(...(await withTags(elb, batch)))
  return found.filter(({ tags }) => isSought(tags, search))
}

/** One that is deleted between the two calls makes the whole call fail: then each is asked for by itself. */
async function withTags(elb: ElasticLoadBalancingV2Client, things: readonly Untagged[]): Promise<Leftover[]> {
  const call = elb.send(new DescribeTagsCommand({ ResourceArns: things.map(({ id }) => id) }))
  const answer = await unless(GONE, call)
  if (!answer)
    return things.length === 1 ? [] : (await Promise.all(things.map((one) => withTags(elb, [one])))).flat()
  const tagsById = new Map(answer.TagDescriptions?.map((one) => [one.ResourceArn, tagsOf(one.Tags)]))
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
  for (const batch of batches(arns, ARNS_AT_ONCE))
    if (!(await tag(batch))) for (const arn of batch) await tag([arn])
}
