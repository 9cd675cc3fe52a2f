import { DescribeSecurityGroupsCommand, type EC2Client } from '@aws-sdk/client-ec2'
import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { IAMClient } from '@aws-sdk/client-iam'
import { type Tags, tagKeys } from '../cluster/tags.ts'
import { unless } from './errors.ts'
import { standingRoleAndProfile } from './standing-roles.ts'
import { tagsOf } from './tag-list.ts'

/** Something that has a name of the cluster's. */
export interface NamedAlike {
  /** In words: `security group pr-42-nodes`. */
  readonly what: string
  readonly tags: Tags
}

/** All that a run makes is tagged by the call that makes it: what lacks the cluster's tag was made by others. */
export const isStranger = ({ tags }: NamedAlike, cluster: string) => tags[tagKeys.cluster] !== cluster

export async function groupsOfNames(
  ec2: EC2Client,
  vpcId: string,
  names: readonly string[],
): Promise<NamedAlike[]> {
  const Filters = [
    { Name: 'group-name', Values: [...names] },
    { Name: 'vpc-id', Values: [vpcId] },
  ]
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))
  return SecurityGroups.map(({ GroupName, Tags }) => ({
    what: `security group ${GroupName}`,
    tags: tagsOf(Tags),
  }))
}

export async function balancerOfName(elb: ElasticLoadBalancingV2Client, name: string): Promise<NamedAlike[]> {
  const asked = elb.send(new DescribeLoadBalancersCommand({ Names: [name] }))
  const found = await unless(['LoadBalancerNotFound'], asked)
  return await withTags(elb, `load balancer ${name}`, found?.LoadBalancers?.[0]?.LoadBalancerArn)
}

export async function targetGroupOfName(
  elb: ElasticLoadBalancingV2Client,
  name: string,
): Promise<NamedAlike[]> {
  // Asked for several names, load balancing fails when one is missing.
  const asked = elb.send(new DescribeTargetGroupsCommand({ Names: [name] }))
  const found = await unless(['TargetGroupNotFound'], asked)
  return await withTags(elb, `target group ${name}`, found?.TargetGroups?.[0]?.TargetGroupArn)
}

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

export async function roleAndProfileOfName(iam: IAMClient, name: string): Promise<NamedAlike[]> {
  const { role, profile } = await standingRoleAndProfile(iam, name)
  return [
    ...(role ? [{ what: `role ${name}`, tags: role }] : []),
    ...(profile ? [{ what: `instance profile ${name}`, tags: profile }] : []),
  ]
}
