/** An EBS disk, of an image or of a machine that comes from it. */
export interface Disk {
  /** /dev/sda1 */
  readonly device: string
  /** Of an image: what it has at least. 0 where EC2 doesn't say. */
  readonly gib: number
  /** EC2's word for what the image makes of it: gp2, gp3, io2; empty where there is none. */
  readonly imageType: string
}

/** The EBS disks that an image maps. Those of the machine itself (instance store) are none. */
export interface ImageDisks {
  /** /dev/sda1 on Ubuntu, /dev/xvda on Amazon Linux: a wrong one would add a second volume. */
  readonly rootDevice: string
  /** The root among them. */
  readonly disks: readonly Disk[]
}

const rootOf = ({ rootDevice, disks }: ImageDisks) => disks.find(({ device }) => device === rootDevice)

/** What each machine of an image gets: the root as large as it is asked for, all others as the image has them. */
export function machineDisks(image: ImageDisks, rootGib: number): Disk[] {
  const { rootDevice: device, disks } = image
  const root = { device, gib: rootGib, imageType: rootOf(image)?.imageType ?? '' }
  return [root, ...disks.filter((disk) => disk.device !== device)]
}

export const gibOf = (disks: readonly Disk[]): number => disks.reduce((sum, { gib }) => sum + gib, 0)

/** What an image's data disks have together, in GiB. */
export const dataGibOf = (image: ImageDisks): number => gibOf(machineDisks(image, 0))

/**
 * The least that a root made from an image may have, in GiB. EC2 asks for what its snapshot has, which others than its owner may
 * not ask for; few images give their root more than that.
 */
export const leastRootGib = (image: ImageDisks): number => rootOf(image)?.gib ?? 0
