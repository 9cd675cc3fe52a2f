import { findOwnRoles } from '../aws/instance-profile.ts'
import { findInstances } from '../aws/instances.ts'
import { findSecurityGroups } from '../aws/security-groups.ts'
import { findTaggedBalancers, findTaggedTargetGroups } from '../aws/tagged-balancers.ts'
import { clustersIn, type FoundCluster, isExpired } from '../cluster/expiry.ts'
import { names } from '../cluster/names.ts'
import { type Tags, tagKeys, timeTag } from '../cluster/tags.ts'
import { teardown } from './teardown.ts'
import type { TeardownContext } from './teardown-context.ts'

export type SweepContext = Omit<TeardownContext, 'cluster'> & { readonly dryRun: boolean }

export interface Sweep {
  readonly expired: readonly FoundCluster[]
  readonly kept: readonly FoundCluster[]
}

/**
 * Takes away every cluster of the region whose time is over. One that fails doesn't keep the others.
 * @throws AggregateError with all failures
 */
export async function sweep(context: SweepContext): Promise<Sweep> {
  const { clock, log, dryRun } = context
  const clusters = clustersIn(await allTags(context))
  const expired = clusters.filter((cluster) => isExpired(cluster, clock.now()))
  const kept = clusters.filter((cluster) => !isExpired(cluster, clock.now()))
  for (const cluster of kept) log.info(`${cluster.name} stays (${whenOf(cluster)})`)
  const failures: unknown[] = []
  for (const cluster of expired) {
    log.info(`${cluster.name} is over (${whenOf(cluster)})${dryRun ? ': would be taken away' : ''}`)
    if (dryRun) continue
    await teardown({ ...context, cluster: cluster.name, log: log.scoped(`teardown ${cluster.name}`) }).catch(
      (error: unknown) => failures.push(error),
    )
  }
  if (failures.length) throw new AggregateError(failures)
  return { expired, kept }
}

const whenOf = ({ expiresAt }: FoundCluster) =>
  Number.isNaN(expiresAt) ? 'it has no expires-at' : `expires-at ${timeTag(expiresAt)}`

/** Tags of everything that could keep a cluster's name alive, from each service itself: no single listing shows all. */
async function allTags({ aws }: SweepContext): Promise<Tags[]> {
  const [instances, groups, balancers, targetGroups, roles] = await Promise.all([
    findInstances(aws.ec2, {}),
    findSecurityGroups(aws.ec2),
    findTaggedBalancers(aws.elb),
    findTaggedTargetGroups(aws.elb),
    findOwnRoles(aws.iam),
  ])
  // IAM shows the roles of all regions; another region's cluster is another sweep's.
  const here = roles.filter(({ name, tags }) => name === names.role(tags[tagKeys.cluster] ?? '', aws.region))
  return [...instances, ...groups, ...balancers, ...targetGroups, ...here].map(({ tags }) => tags)
}
