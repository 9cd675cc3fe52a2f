import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Tags } from '../cluster/tags.ts'
import type { TargetGroup, TargetHealth } from './balancer.ts'
import { goneNow, unless } from './errors.ts'
import { tagList } from './tag-list.ts'

/** How the balancer finds out that a server is down: seconds between probes, and how many in a row count. */
const HEALTH_CHECKS = {
  fast: { IntervalSeconds: 10, HealthyThresholdCount: 2, UnhealthyThresholdCount: 2 },
  classic: { IntervalSeconds: 30, HealthyThresholdCount: 3, UnhealthyThresholdCount: 3 },
} as const

export interface TargetGroupWish {
  readonly name: string
  readonly port: number
  readonly vpcId: string
  readonly healthCheck: keyof typeof HEALTH_CHECKS
  readonly tags: Tags
}

/** A target group of one port, with its listener. */
export async function ensureTargetGroup(
  elb: ElasticLoadBalancingV2Client,
  wish: TargetGroupWish & { balancerArn: string },
): Promise<TargetGroup> {
  const arn = (await findTargetGroup(elb, wish.name)) ?? (await createTargetGroup(elb, wish))
  // The listener comes last: a group that has one is complete, whenever an earlier run was killed.
  await elb.send(
    new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: TARGET_GROUP_ATTRIBUTES }),
  )
  await unless(
    ['DuplicateListener'],
    elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: wish.balancerArn,
        Protocol: 'TCP',
        Port: wish.port,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: arn }],
        Tags: tagList(wish.tags),
      }),
    ),
  )
  return { arn, port: wish.port }
}

/** ARN of the target group of that name. Load balancing, asked for several, fails when one is missing. */
export async function findTargetGroup(
  elb: ElasticLoadBalancingV2Client,
  name: string,
): Promise<string | undefined> {
  const found = await unless(
    ['TargetGroupNotFound'],
    elb.send(new DescribeTargetGroupsCommand({ Names: [name] })),
  )
  return found?.TargetGroups?.[0]?.TargetGroupArn
}

async function createTargetGroup(elb: ElasticLoadBalancingV2Client, wish: TargetGroupWish): Promise<string> {
  const { TargetGroups: [group] = [] } = await elb.send(
    new CreateTargetGroupCommand({
      Name: wish.name,
      Protocol: 'TCP',
      Port: wish.port,
      VpcId: wish.vpcId,
      TargetType: 'instance',
      HealthCheckProtocol: 'TCP',
      // Also for 9345: RKE2 opens that port before the server has joined, and would be sent its own registration.
      HealthCheckPort: '6443',
      ...HEALTH_CHECKS[wish.healthCheck],
      Tags: tagList(wish.tags),
    }),
  )
  return group?.TargetGroupArn ?? ''
}

const TARGET_GROUP_ATTRIBUTES = [
  // On by default: a server that calls the balancer and is sent to itself would hang.
  { Key: 'preserve_client_ip.enabled', Value: 'false' },
  // 300 s by default; nothing here drains for longer than a kubectl call.
  { Key: 'deregistration_delay.timeout_seconds', Value: '5' },
]

/** Registers running machines; those that are registered already stay. */
export async function registerTargets(
  elb: ElasticLoadBalancingV2Client,
  arn: string,
  instanceIds: readonly string[],
): Promise<void> {
  await elb.send(
    new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: instanceIds.map((Id) => ({ Id })) }),
  )
}

/** Takes targets out of a group; connections that are open get its deregistration delay. */
export async function deregisterTargets(
  elb: ElasticLoadBalancingV2Client,
  arn: string,
  instanceIds: readonly string[],
): Promise<void> {
  await elb.send(
    new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: instanceIds.map((Id) => ({ Id })) }),
  )
}

/** What the balancer says of each target of a group. */
export async function targetHealth(
  elb: ElasticLoadBalancingV2Client,
  group: TargetGroup,
): Promise<TargetHealth[]> {
  const { TargetHealthDescriptions = [] } = await elb.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group.arn }),
  )
  return TargetHealthDescriptions.map(({ Target, TargetHealth: health }) => ({
    instanceId: Target?.Id ?? '',
    port: group.port,
    state: health?.State ?? '',
    reason: health?.Reason ?? '',
    description: health?.Description ?? '',
  }))
}

/** Whether the group is gone now. False while its balancer is still being deleted, which ends by itself. */
export const deleteTargetGroup = (elb: ElasticLoadBalancingV2Client, arn: string): Promise<boolean> =>
  goneNow(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn })), {
    gone: 'TargetGroupNotFound',
    held: ['ResourceInUse'],
  })
