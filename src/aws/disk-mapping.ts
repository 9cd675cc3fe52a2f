import type { BlockDeviceMapping, Image } from '@aws-sdk/client-ec2'
import type { Disk, ImageDisks } from '../cluster/disks.ts'

/** The disks of an image as DescribeImages shows it. What has no `Ebs` is of the machine, or taken out (`NoDevice`). */
export function disksOfImage({ RootDeviceName, BlockDeviceMappings = [] }: Image): ImageDisks {
  const disks = BlockDeviceMappings.flatMap(({ DeviceName: device, Ebs: ebs }) =>
    device && ebs ? [{ device, gib: ebs.VolumeSize ?? 0, imageType: ebs.VolumeType ?? '' }] : [],
  )
  return { rootDevice: RootDeviceName ?? '/dev/sda1', disks }
}

// What every gp3 volume has, whatever its size, at no further price.
const GP3_BASELINE = { Iops: 3000, Throughput: 125 } as const

/**
 * How a launch asks for a disk. EC2 takes from the image of the same device what is left out here: the snapshot, and the IOPS,
 * of which io1 and io2 may have fewer or more than gp3 (rancher/rancher issue 31589 shows it for gp2).
 */
export const diskMapping = ({ device, gib, imageType }: Disk): BlockDeviceMapping => ({
  DeviceName: device,
  Ebs: {
    VolumeType: 'gp3',
    ...(gib ? { VolumeSize: gib } : {}),
    // Data disks of an image are neither encrypted nor deleted with the machine unless it is asked for.
    ...{ Encrypted: true, DeleteOnTermination: true },
    ...(imageType === 'gp3' ? {} : GP3_BASELINE),
  },
})
