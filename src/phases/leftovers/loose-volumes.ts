import type { AwsClients } from '../../aws/clients.ts'
import { ANY_STATE, findInstances } from '../../aws/instances.ts'
import type { Leftover } from '../../aws/leftover.ts'
import { looseDriverVolumes } from '../../aws/leftovers.ts'
import { timeTag } from '../../cluster/tags.ts'
import { describeError } from '../../kit/errors.ts'
import type { TeardownContext } from '../teardown-context.ts'
import { balancers } from './balancing.ts'
import { deleteCommands, volumeInWords } from './untagged-volumes.ts'

/** What the teardowns of one run leave to be told at its end. */
export interface Aftermath {
  /** When each cluster began, in milliseconds since the epoch; undefined where AWS no longer shows it. */
  readonly begun: (number | undefined)[]
  /** Ids of volumes of which a warning was given already. */
  readonly told: string[]
}

/** The first thing of a cluster that AWS still shows with a time. Machines are shown for about an hour after their end. Throws nothing. */
export async function clusterBegan(aws: AwsClients, cluster: string): Promise<number | undefined> {
  const asked = await Promise.allSettled([
    findInstances(aws.ec2, { cluster, states: ANY_STATE }).then((all) =>
      all.map(({ launchedAt }) => launchedAt),
    ),
    balancers.find(aws, { cluster }).then((all) => all.flatMap(({ createdAt }) => createdAt ?? [])),
  ])
  const times = asked.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  return times.length ? Math.min(...times) : undefined
}

/**
 * Warns of volumes that no cluster's machine holds any more and no tag gives to a cluster: a guest's timer ends the machines
 * before a sweep comes, and with them goes what shows whose their volumes were. Throws nothing.
 */
export async function tellOfLooseVolumes(
  { aws, log }: Pick<TeardownContext, 'aws' | 'log'>,
  { begun, told }: Aftermath,
): Promise<void> {
  const since = Math.min(...begun.map((time) => time ?? Number.NEGATIVE_INFINITY))
  try {
    const loose = (await looseDriverVolumes(aws.ec2)).filter(
      ({ id, createdAt }) => !told.includes(id) && (createdAt ?? since) >= since,
    )
    if (loose.length) log.warning(looseWarning(loose, aws.region, since))
  } catch (error) {
    log.warning(`volumes of claims may stay, as they could not be listed: ${describeError(error)}`)
  }
}

function looseWarning(loose: readonly Leftover[], region: string, since: number): string {
  const when = Number.isFinite(since) ? ` since ${timeTag(since)}` : ''
  return `${loose.map(volumeInWords).join(', ')}: made by an EBS CSI driver${when}, attached to nothing, and no tag says for which cluster. They may be another cluster's, so they stay, and cost until they are deleted:${deleteCommands(region, loose)}
With k8sTagClusterId=<cluster-name> the driver tags what it makes, and a teardown takes it away.`
}
