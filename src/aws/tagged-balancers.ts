import {
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { batches } from '../cluster/join-plan.ts'
import { type Tags, tagKeys } from '../cluster/tags.ts'
import { tagsOf } from './tag-list.ts'

/** A load balancer or target group that carries a cluster's tags. */
export interface TaggedArn {
  readonly arn: string
  readonly name: string
  readonly tags: Tags
}

/** Load balancers with a cluster tag, of one cluster or of all. */
export async function findTaggedBalancers(
  elb: ElasticLoadBalancingV2Client,
  cluster?: string,
): Promise<TaggedArn[]> {
  const all: Omit<TaggedArn, 'tags'>[] = []
  for await (const page of paginateDescribeLoadBalancers({ client: elb }, {}))
    for (const one of page.LoadBalancers ?? [])
      all.push({ arn: one.LoadBalancerArn ?? '', name: one.LoadBalancerName ?? '' })
  return withClusterTag(elb, all, cluster)
}

/** Target groups with a cluster tag, of one cluster or of all. */
export async function findTaggedTargetGroups(
  elb: ElasticLoadBalancingV2Client,
  cluster?: string,
): Promise<TaggedArn[]> {
  const all: Omit<TaggedArn, 'tags'>[] = []
  for await (const page of paginateDescribeTargetGroups({ client: elb }, {}))
    for (const one of page.TargetGroups ?? [])
      all.push({ arn: one.TargetGroupArn ?? '', name: one.TargetGroupName ?? '' })
  return withClusterTag(elb, all, cluster)
}

// DescribeTags takes 20 ARNs; ELB has no filter by tag.
const ARNS_AT_ONCE = 20

async function withClusterTag(
  elb: ElasticLoadBalancingV2Client,
  all: readonly Omit<TaggedArn, 'tags'>[],
  cluster: string | undefined,
): Promise<TaggedArn[]> {
  const tagged: TaggedArn[] = []
  for (const batch of batches(all, ARNS_AT_ONCE)) {
    const { TagDescriptions = [] } = await elb.send(
      new DescribeTagsCommand({ ResourceArns: batch.map((one) => one.arn) }),
    )
    const tagsByArn = new Map(TagDescriptions.map((one) => [one.ResourceArn, tagsOf(one.Tags)]))
    for (const one of batch) tagged.push({ ...one, tags: tagsByArn.get(one.arn) ?? {} })
  }
  return tagged.filter(({ tags }) => (cluster ? tags[tagKeys.cluster] === cluster : tags[tagKeys.cluster]))
}
