import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
  type LoadBalancer as ElbLoadBalancer,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Tags } from '../cluster/tags.ts'
import { unless } from './errors.ts'
import { tagList } from './tag-list.ts'

/** A cluster's NLB. */
export interface LoadBalancer {
  readonly arn: string
  readonly name: string
  /** Known from the moment of creation; resolves when the balancer is active. */
  readonly dnsName: string
  readonly scheme: 'internal' | 'internet-facing'
  readonly state: 'provisioning' | 'active' | 'active_impaired' | 'failed'
  readonly targetGroups: readonly TargetGroup[]
}

export interface TargetGroup {
  readonly arn: string
  /** 6443 or 9345. */
  readonly port: number
}

export interface TargetHealth {
  readonly instanceId: string
  readonly port: number
  /** initial, healthy, unhealthy, unhealthy.draining, unused, draining, unavailable. */
  readonly state: string
  readonly reason: string
  readonly description: string
}

/** Of a machine that was terminated, and is none of the cluster's: it stays in the list for a while and gets no connection. */
export const isGone = (
  { instanceId, state, reason }: TargetHealth,
  servers: readonly { instanceId: string }[],
): boolean =>
  state === 'unused' &&
  reason === 'Target.InvalidState' &&
  !servers.some((server) => server.instanceId === instanceId)

/** The load balancer of that name, as AWS shows it, or undefined. */
export async function balancerOfName(
  elb: ElasticLoadBalancingV2Client,
  name: string,
): Promise<ElbLoadBalancer | undefined> {
  const found = await unless(
    ['LoadBalancerNotFound'],
    elb.send(new DescribeLoadBalancersCommand({ Names: [name] })),
  )
  return found?.LoadBalancers?.[0]
}

/** The load balancer of that name with its target groups, or undefined. */
export async function findLoadBalancer(
  elb: ElasticLoadBalancingV2Client,
  name: string,
): Promise<LoadBalancer | undefined> {
  const balancer = await balancerOfName(elb, name)
  if (!balancer?.LoadBalancerArn) return undefined
  // One call may know the balancer while the next does not yet.
  const groups = await unless(
    ['LoadBalancerNotFound', 'TargetGroupNotFound'],
    elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: balancer.LoadBalancerArn })),
  )
  const targetGroups = (groups?.TargetGroups ?? []).map((group) => ({
    arn: group.TargetGroupArn ?? '',
    port: group.Port ?? 0,
  }))
  return { ...inOurWords(balancer), targetGroups: targetGroups.toSorted((a, b) => a.port - b.port) }
}

const inOurWords = (balancer: ElbLoadBalancer) => ({
  arn: balancer.LoadBalancerArn ?? '',
  name: balancer.LoadBalancerName ?? '',
  dnsName: balancer.DNSName ?? '',
  scheme: balancer.Scheme ?? ('internal' as const),
  state: balancer.State?.Code ?? ('provisioning' as const),
})

/** Makes the balancer, or finds it: with the same settings AWS answers with the one that is there. */
export async function ensureLoadBalancer(
  elb: ElasticLoadBalancingV2Client,
  wish: {
    name: string
    scheme: 'internal' | 'internet-facing'
    subnetIds: readonly string[]
    securityGroupId: string
    tags: Tags
  },
): Promise<Omit<LoadBalancer, 'targetGroups'>> {
  const { LoadBalancers: [balancer] = [] } = await elb.send(
    new CreateLoadBalancerCommand({
      Name: wish.name,
      Type: 'network',
      Scheme: wish.scheme,
      Subnets: [...wish.subnetIds],
      // A balancer that is made without a group can never get one.
      SecurityGroups: [wish.securityGroupId],
      Tags: tagList(wish.tags),
    }),
  )
  const made = inOurWords(balancer ?? {})
  await elb.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: made.arn,
      // Off by default: a zone whose server is down would answer nothing.
      Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
    }),
  )
  return made
}

/** Listeners go with it. What is gone already is fine. */
export async function deleteLoadBalancer(elb: ElasticLoadBalancingV2Client, arn: string): Promise<void> {
  await unless(['LoadBalancerNotFound'], elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })))
}
