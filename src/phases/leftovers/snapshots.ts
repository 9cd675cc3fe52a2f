import { findSnapshots } from '../../aws/leftovers.ts'
import { kubernetesTag } from '../../cluster/tags.ts'
import { describeError } from '../../kit/errors.ts'
import type { TeardownContext } from '../teardown-context.ts'

/** Warns of snapshots that the EBS CSI driver made for the cluster: backups that somebody wanted, so they stay. Throws nothing. */
export async function tellOfSnapshots({ aws, cluster, log }: TeardownContext): Promise<void> {
  try {
    const ids = await findSnapshots(aws.ec2, cluster)
    if (ids.length) log.warning(snapshotWarning(cluster, aws.region, ids))
  } catch (error) {
    log.warning(`snapshots of ${cluster} may stay, as they could not be listed: ${describeError(error)}`)
  }
}

function snapshotWarning(cluster: string, region: string, ids: readonly string[]): string {
  const commands = ids.map((id) => `\n  aws ec2 delete-snapshot --region ${region} --snapshot-id ${id}`)
  return `snapshots that carry ${kubernetesTag(cluster).key}: ${ids.length}. They may be backups that somebody needs, so they stay, and cost until they are deleted:${commands.join('')}`
}
