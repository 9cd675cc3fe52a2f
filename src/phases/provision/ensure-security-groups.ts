import { ensureSecurityGroup, openBalancer, openNodes } from '../../aws/security-groups.ts'
import { names } from '../../cluster/names.ts'
import { OPENINGS } from '../../cluster/port-matrix.ts'
import type { Tags } from '../../cluster/tags.ts'
import type { Context } from '../context.ts'
import { onceKnown } from '../once-known.ts'
import type { Choice } from './choose-machines.ts'

/** Ids of the cluster's groups. */
export interface SecurityGroups {
  readonly nodes: string
  readonly balancer: string
}

/** The cluster's two security groups with their rules. They are made first: their tags say whose the cluster is. */
export async function ensureSecurityGroups(
  context: Context,
  { network, allowedRanges }: Pick<Choice, 'network' | 'allowedRanges'>,
  tags: Tags,
): Promise<SecurityGroups> {
  const { spec, aws } = context
  const { clusterName } = spec
  const group = (name: string, description: string) =>
    onceKnown(context, name, () =>
      ensureSecurityGroup(aws.ec2, { name, description, vpcId: network.vpcId, tags }),
    )
  const [nodes, balancer] = await Promise.all([
    group(names.nodesSecurityGroup(clusterName), `RKE2 nodes of ${clusterName}`),
    group(names.balancerSecurityGroup(clusterName), `Load balancer of ${clusterName}`),
  ])
  await onceKnown(context, 'the security groups', async () => {
    await Promise.all([
      openNodes(aws.ec2, { nodes, balancer }, OPENINGS),
      openBalancer(aws.ec2, balancer, [...network.cidrs, ...allowedRanges]),
    ])
  })
  return { nodes: nodes.id, balancer: balancer.id }
}
