import { ensureLoadBalancer, findLoadBalancer, type LoadBalancer } from '../../aws/balancer.ts'
import type { Network } from '../../aws/network.ts'
import { ensureTargetGroup } from '../../aws/target-groups.ts'
import { names } from '../../cluster/names.ts'
import { BALANCED_PORTS } from '../../cluster/port-matrix.ts'
import type { Tags } from '../../cluster/tags.ts'
import type { Context } from '../context.ts'
import { onceKnown } from '../once-known.ts'

/** The NLB with a listener for each port. */
export async function ensureBalancer(
  context: Context,
  options: { network: Network; securityGroup: string; tags: Tags },
): Promise<LoadBalancer> {
  const { spec, aws, log } = context
  const { network, securityGroup, tags } = options
  const name = names.loadBalancer(spec.clusterName)
  const existing = await findLoadBalancer(aws.elb, name)
  // A target group counts for its balancer from its listener on, which is made last: then all is complete.
  if (existing?.targetGroups.length === BALANCED_PORTS.length) return existing
  const balancer = await onceKnown(context, name, () =>
    ensureLoadBalancer(aws.elb, {
      name,
      scheme: spec.loadBalancer,
      subnetIds: network.subnets.map((subnet) => subnet.id),
      securityGroupId: securityGroup,
      // A repeated call must say the same, and AWS may count tags as a setting: an existing balancer is left as it is.
      tags,
    }),
  )
  const targetGroup = (port: number) =>
    ensureTargetGroup(aws.elb, {
      name: names.targetGroup(spec.clusterName, port),
      port,
      vpcId: network.vpcId,
      balancerArn: balancer.arn,
      healthCheck: spec.healthCheck,
      tags,
    })
  const targetGroups = await Promise.all(
    BALANCED_PORTS.map((port) => onceKnown(context, `the target group of ${port}`, () => targetGroup(port))),
  )
  log.info(
    `load balancer ${balancer.dnsName}: TCP ${BALANCED_PORTS.join(' and ')}, health on 6443, cross-zone`,
  )
  return { ...balancer, targetGroups }
}
