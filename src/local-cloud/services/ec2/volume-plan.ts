import type { BlockDeviceMapping, EbsBlockDevice } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { type Image, type ImageDisk, snapshotOf } from '../../world/image.ts'

export interface PlannedVolume {
  device: string
  sizeGib: number
  type: string
  encrypted: boolean
  deleteOnTermination: boolean
}

/**
 * The volumes of a machine: all that its image maps, each with what the launch says of the same device, and those that the
 * launch adds. @throws AwsFault
 */
export function volumesFor(image: Image, mappings: readonly BlockDeviceMapping[]): PlannedVolume[] {
  const said = (device: string) => mappings.find(({ DeviceName }) => DeviceName === device)?.Ebs ?? {}
  const added = mappings.filter(({ DeviceName }) => !image.disks.some(({ device }) => device === DeviceName))
  return [
    ...image.disks.map((disk) => imageVolume(image, disk, said(disk.device))),
    ...added.map(({ DeviceName: device = '', Ebs: ebs = {} }) => addedVolume(device, ebs)),
  ]
}

/** What the launch leaves out is as the image has it. */
function imageVolume(image: Image, disk: ImageDisk, ebs: EbsBlockDevice): PlannedVolume {
  const { device, gib } = disk
  const sizeGib = ebs.VolumeSize ?? gib
  if (sizeGib < gib)
    throw new AwsFault(
      'InvalidBlockDeviceMapping',
      // EC2 itself writes two blanks (scylladb/scylladb issue 6999, openshift/origin-ci-tool issue 153).
      `Volume of size ${sizeGib}GB is smaller than  snapshot '${snapshotOf(image, disk)}', expect size >= ${gib}GB`,
    )
  const type = ebs.VolumeType ?? disk.type
  refuseIops(type, ebs.Iops ?? disk.iops)
  return {
    ...{ device, sizeGib, type },
    encrypted: ebs.Encrypted ?? disk.encrypted,
    deleteOnTermination: ebs.DeleteOnTermination ?? disk.deleteOnTermination,
  }
}

/** One that nobody's image has outlives its machine unless told otherwise. */
function addedVolume(device: string, ebs: EbsBlockDevice): PlannedVolume {
  if (ebs.VolumeSize === undefined)
    throw new AwsFault(
      'MissingParameter',
      `The request must contain the parameter size or snapshotId for ${device}`,
    )
  const type = ebs.VolumeType ?? 'gp3'
  refuseIops(type, ebs.Iops)
  return {
    ...{ device, sizeGib: ebs.VolumeSize, type },
    encrypted: ebs.Encrypted ?? false,
    deleteOnTermination: ebs.DeleteOnTermination ?? false,
  }
}

// API reference of EC2, EbsBlockDevice.
const IOPS: Readonly<Record<string, readonly [fewest: number, most: number]>> = {
  gp3: [3000, 80_000],
  io1: [100, 64_000],
  io2: [100, 256_000],
}

function refuseIops(type: string, iops: number | undefined): void {
  const range = IOPS[type]
  if (iops === undefined && type.startsWith('io'))
    throw new AwsFault(
      'InvalidParameterCombination',
      `The parameter iops must be specified for ${type} volumes.`,
    )
  if (iops === undefined) return
  if (!range)
    throw new AwsFault(
      'InvalidParameterCombination',
      `The parameter iops is not supported for ${type} volumes.`,
    )
  const [fewest, most] = range
  if (iops < fewest)
    throw new AwsFault('InvalidParameterValue', `Volume iops of ${iops} is too low; minimum is ${fewest}.`)
  if (iops > most)
    throw new AwsFault('InvalidParameterValue', `Volume iops of ${iops} is too high; maximum is ${most}.`)
}
