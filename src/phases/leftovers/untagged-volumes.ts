import { findInstances } from '../../aws/instances.ts'
import { isSought, type Leftover, type Search } from '../../aws/leftover.ts'
import { volumesBy } from '../../aws/leftovers.ts'
import { describeError } from '../../kit/errors.ts'
import type { TeardownContext } from '../teardown-context.ts'

/**
 * Volumes that are attached to the cluster's machines, outlive them, and carry no tag by which they would be found: the EBS
 * CSI driver gives one only when it is told the cluster's name. They may be anybody's, so they are told and not deleted. Once the
 * machines are gone nothing shows whose they were.
 */
export async function untaggedVolumes(context: TeardownContext, search: Search): Promise<Leftover[]> {
  const { aws, cluster, log } = context
  try {
    const ids = (await findInstances(aws.ec2, { cluster })).map(({ id }) => id)
    const attached = await volumesBy(aws.ec2, 'attachment.instance-id', ids)
    return attached.filter(({ outlives, tags }) => outlives && !isSought(tags, search))
  } catch (error) {
    // Machines cost more: they go all the same.
    log.warning(
      `volumes without a tag of ${cluster} may stay, as those of its machines could not be listed: ${describeError(error)}`,
    )
    return []
  }
}

/** Warns of those that still stand. @returns their ids */
export async function tellOfVolumes(
  { aws, cluster, log }: TeardownContext,
  volumes: readonly Leftover[],
): Promise<string[]> {
  const ids = volumes.map(({ id }) => id)
  // Better one too many named than one too few.
  const left = await volumesBy(aws.ec2, 'volume-id', ids).catch(() => volumes)
  if (left.length) log.warning(volumeWarning(cluster, aws.region, left))
  return left.map(({ id }) => id)
}

function volumeWarning(cluster: string, region: string, left: readonly Leftover[]): string {
  return `${left.map(volumeInWords).join(', ')}: attached to machines of ${cluster} and not tagged as the cluster's, so it is not known whether somebody needs them. They stay, and cost until they are deleted:${deleteCommands(region, left)}
With k8sTagClusterId=${cluster} the EBS CSI driver tags what it makes, and a teardown takes it away.`
}

export const deleteCommands = (region: string, left: readonly Leftover[]): string =>
  left.map(({ id }) => `\n  aws ec2 delete-volume --region ${region} --volume-id ${id}`).join('')

/** The EBS CSI driver says for which claim it made a volume. */
export function volumeInWords({ id, tags }: Leftover): string {
  const claim = tags['kubernetes.io/created-for/pvc/name']
  return claim ? `${id} (claim ${tags['kubernetes.io/created-for/pvc/namespace'] ?? ''}/${claim})` : id
}
