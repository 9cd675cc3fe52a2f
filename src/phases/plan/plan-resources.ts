import { findParameters } from '../../aws/parameters.ts'
import { findSecurityGroups } from '../../aws/security-groups.ts'
import { standingRoleAndProfile } from '../../aws/standing-roles.ts'
import { findTaggedTargetGroups } from '../../aws/tagged-balancers.ts'
import { names } from '../../cluster/names.ts'
import { named, type PlannedResource, type ResourceKind } from '../../cluster/plan.ts'
import { BALANCED_PORTS } from '../../cluster/port-matrix.ts'
import type { Tags } from '../../cluster/tags.ts'
import type { Context } from '../context.ts'
import type { Choice } from '../provision/choose-machines.ts'
import { planOwnEndpoints, planOwnNetwork } from './plan-network.ts'

/** Everything of a cluster but its machines: what is there, and what would be made. Each service is asked itself. */
export async function planResources(context: Context, choice: Choice): Promise<PlannedResource[]> {
  const { aws, spec } = context
  const { clusterName } = spec
  const [groups, balancer, targetGroups, parameters] = await Promise.all([
    findSecurityGroups(aws.ec2, { cluster: clusterName }),
    context.balancer(),
    findTaggedTargetGroups(aws.elb, { cluster: clusterName }),
    findParameters(aws.ssm, names.parameters(clusterName)),
  ])
  const groupNames = groups.map(({ name }) => name)
  const targetGroupNames = targetGroups.map(({ name }) => name)
  return [
    ...(await planOwnNetwork(context, choice)),
    ...(await planOwnEndpoints(context, choice)),
    named('security group', names.nodesSecurityGroup(clusterName), groupNames, 'between the nodes'),
    named('security group', names.balancerSecurityGroup(clusterName), groupNames, 'of the load balancer'),
    named(
      'network load balancer',
      names.loadBalancer(clusterName),
      balancer ? [balancer.name] : [],
      `${spec.loadBalancer}, cross-zone`,
    ),
    ...BALANCED_PORTS.map((port) =>
      named(
        'target group and listener',
        names.targetGroup(clusterName, port),
        targetGroupNames,
        `TCP ${port}, health on 6443`,
      ),
    ),
    ...(await planIdentity(context)),
    named('parameter', names.token(clusterName), parameters, 'join token, encrypted'),
    named(
      'parameter',
      names.kubeconfig(clusterName),
      parameters,
      'kubeconfig, encrypted; made by the first server',
    ),
  ]
}

/** The role of the nodes, unless they get one of the user's own. */
async function planIdentity({ aws, spec }: Context): Promise<PlannedResource[]> {
  if (spec.instanceProfile)
    return [named('instance profile', spec.instanceProfile, [spec.instanceProfile], 'your own')]
  const name = names.role(spec.clusterName, aws.region)
  const { role, profile } = await standingRoleAndProfile(aws.iam, name)
  const of = (kind: ResourceKind, standing: Tags | undefined, detail: string) =>
    named(kind, name, standing ? [name] : [], detail)
  return [
    of('role', role, `below ${spec.iamPath}: the SSM agent’s rights and this cluster’s parameters only`),
    of('instance profile', profile, 'hands the role to the nodes'),
  ]
}
