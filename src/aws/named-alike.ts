import type { EC2Client } from '@aws-sdk/client-ec2'
import {
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { IAMClient } from '@aws-sdk/client-iam'
import { type Tags, tagKeys } from '../cluster/tags.ts'
import { balancerOfName } from './balancer.ts'
import { unless } from './errors.ts'
import { groupsOfNames } from './security-groups.ts'
import { standingRoleAndProfile } from './standing-roles.ts'
import { tagsOf } from './tag-list.ts'
import { findTargetGroup } from './target-groups.ts'

/** Something that has a name of the cluster's. */
export interface NamedAlike {
  /** In words: `security group pr-42-nodes`. */
  readonly what: string
  readonly tags: Tags
}

/** All that a run makes is tagged by the call that makes it: what lacks the cluster's tag was made by others. */
export const isStranger = ({ tags }: NamedAlike, cluster: string) => tags[tagKeys.cluster] !== cluster

export const groupsNamedAlike = async (
  ec2: EC2Client,
  vpcId: string,
  names: readonly string[],
): Promise<NamedAlike[]> =>
  (await groupsOfNames(ec2, vpcId, names)).map(({ GroupName, Tags }) => ({
    what: `security group ${GroupName}`,
    tags: tagsOf(Tags),
  }))

export const balancerNamedAlike = async (
  elb: ElasticLoadBalancingV2Client,
  name: string,
): Promise<NamedAlike[]> =>
  withTags(elb, `load balancer ${name}`, (await balancerOfName(elb, name))?.LoadBalancerArn)

export const targetGroupNamedAlike = async (
  elb: ElasticLoadBalancingV2Client,
  name: string,
): Promise<NamedAlike[]> => withTags(elb, `target group ${name}`, await findTargetGroup(elb, name))

async function withTags(
  elb: ElasticLoadBalancingV2Client,
  what: string,
  arn: string | undefined,
): Promise<NamedAlike[]> {
  if (!arn) return []
  const asked = elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }))
  const answer = await unless(['LoadBalancerNotFound', 'TargetGroupNotFound'], asked)
  return (answer?.TagDescriptions ?? []).map(({ Tags }) => ({ what, tags: tagsOf(Tags) }))
}

export async function roleAndProfileNamedAlike(iam: IAMClient, name: string): Promise<NamedAlike[]> {
  const { role, profile } = await standingRoleAndProfile(iam, name)
  return [
    ...(role ? [{ what: `role ${name}`, tags: role }] : []),
    ...(profile ? [{ what: `instance profile ${name}`, tags: profile }] : []),
  ]
}
