import { remainsOfInstanceProfile } from '../aws/instance-profile.ts'
import { findInstances } from '../aws/instances.ts'
import { findInterfaces, findVolumes } from '../aws/leftovers.ts'
import { findParameters } from '../aws/parameters.ts'
import { findSecurityGroups } from '../aws/security-groups.ts'
import { findTaggedBalancers, findTaggedTargetGroups } from '../aws/tagged-balancers.ts'
import { names } from '../cluster/names.ts'
import type { TeardownContext } from './teardown-context.ts'

/** What is left of a cluster: names or ids, by kind. */
export type Residue = Readonly<Record<string, readonly string[]>>

/** Asks each service anew; nothing that an earlier step found or did is trusted. */
export async function residueOf({ aws, cluster }: TeardownContext): Promise<Residue> {
  const [instances, balancers, targetGroups, groups, volumes, interfaces, parameters, profile] =
    await Promise.all([
      findInstances(aws.ec2, {
        cluster,
        states: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'],
      }),
      findTaggedBalancers(aws.elb, cluster),
      findTaggedTargetGroups(aws.elb, cluster),
      findSecurityGroups(aws.ec2, cluster),
      findVolumes(aws.ec2, cluster),
      findInterfaces(aws.ec2, cluster),
      findParameters(aws.ssm, names.parameters(cluster)),
      remainsOfInstanceProfile(aws.iam, names.role(cluster, aws.region)),
    ])
  return {
    instances: instances.map((one) => one.id),
    'load balancers': balancers.map((one) => one.name),
    'target groups': targetGroups.map((one) => one.name),
    'security groups': groups.map((one) => one.name),
    volumes,
    'network interfaces': interfaces,
    parameters,
    'IAM roles and profiles': profile,
  }
}

/** Everything that is left, one item a line; empty when nothing is. */
export const itemsOf = (residue: Residue): string[] =>
  Object.entries(residue).flatMap(([kind, items]) => items.map((item) => `${kind}: ${item}`))

/** `0 instances, 0 load balancers, …`: the proof, in one line. */
export const countsOf = (residue: Residue): string =>
  Object.entries(residue)
    .map(([kind, items]) => `${items.length} ${kind}`)
    .join(', ')
