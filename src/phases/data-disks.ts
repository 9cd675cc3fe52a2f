import { disksById } from '../aws/images.ts'
import { dataGibOf } from '../cluster/disks.ts'
import { imageParameter } from '../cluster/image.ts'
import { machinePools } from '../cluster/machine-pools.ts'
import type { Context } from './context.ts'
import type { Choice } from './provision/choose-machines.ts'

/**
 * What the data disks of a cluster's images have on all machines asked for, in GiB.
 * @param chosen where the images were looked up already
 */
export async function dataDisksGib(
  { aws, spec }: Context,
  chosen: Pick<Choice, 'pools'> | undefined,
): Promise<number> {
  const sizes = chosen
    ? chosen.pools.map(({ count, imageFound }) => count * dataGibOf(imageFound))
    : await Promise.all(
        // Images that have a name have no data disks.
        machinePools(spec)
          .filter(({ image }) => !imageParameter(image, 'amd64'))
          .map(async ({ count, image }) => count * dataGibOf(await disksById(aws.ec2, image))),
      )
  return sizes.reduce((sum, gib) => sum + gib, 0)
}
