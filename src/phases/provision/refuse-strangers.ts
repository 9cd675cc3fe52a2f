import {
  balancerNamedAlike,
  groupsNamedAlike,
  isStranger,
  roleAndProfileNamedAlike,
  targetGroupNamedAlike,
} from '../../aws/named-alike.ts'
import { names } from '../../cluster/names.ts'
import { BALANCED_PORTS } from '../../cluster/port-matrix.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'
import type { Choice } from './choose-machines.ts'

/**
 * What has a name of the cluster's and is not the cluster's, a sentence each. A run finds its own things by name, and would
 * open a stranger's group, launch machines in it, or give a stranger's role the rights of nodes. What the user names is none.
 */
export async function strangersOfName(
  { aws, spec }: Context,
  { network: { vpcId } }: Pick<Choice, 'network'>,
): Promise<string[]> {
  const { clusterName: cluster } = spec
  const groups = [names.nodesSecurityGroup(cluster), names.balancerSecurityGroup(cluster)]
  if (spec.createEndpoints) groups.push(names.endpointsSecurityGroup(cluster))
  const found = await Promise.all([
    // A VPC that is not made yet has nothing of others in it.
    vpcId ? groupsNamedAlike(aws.ec2, vpcId, groups) : [],
    balancerNamedAlike(aws.elb, names.loadBalancer(cluster)),
    ...BALANCED_PORTS.map((port) => targetGroupNamedAlike(aws.elb, names.targetGroup(cluster, port))),
    spec.instanceProfile ? [] : roleAndProfileNamedAlike(aws.iam, names.role(cluster, aws.region)),
  ])
  return found
    .flat()
    .filter((one) => isStranger(one, cluster))
    .map(
      ({ what }) =>
        `cluster-name: ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what} is there and is not this cluster’s: choose another cluster-name, or delete it`,
    )
}

/** @throws UserError naming everything that others made under a name of the cluster's */
export async function refuseStrangers(context: Context, choice: Pick<Choice, 'network'>): Promise<void> {
  const strangers = await strangersOfName(context, choice)
  if (strangers.length) throw new UserError(strangers.join('\n'), { hint: 'Nothing was created.' })
}
