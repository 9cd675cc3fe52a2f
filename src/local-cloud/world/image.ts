/** An EBS disk that an image maps. */
export interface ImageDisk {
  device: string
  /** What its snapshot has. */
  gib: number
  type: 'gp2' | 'gp3' | 'io2'
  /** Of an io2 disk. */
  iops: number | undefined
  encrypted: boolean
  deleteOnTermination: boolean
}

export interface Image {
  id: string
  name: string
  description: string
  ownerId: string
  ownerAlias: string | undefined
  architecture: 'x86_64' | 'arm64'
  rootDevice: string
  /** The root first. */
  disks: readonly ImageDisk[]
  /** ISO 8601. */
  createdAt: string
  platformDetails: string
  /** The public parameter that names it (AWS documentation). */
  parameter: string | undefined
  isPublic: boolean
  hasAgent: boolean
}

const CANONICAL = '099720109477'
const AMAZON = '137112412989'

const disk = (device: string, gib = 8): ImageDisk => ({
  ...{ device, gib, iops: undefined, encrypted: false },
  ...{ type: 'gp3', deleteOnTermination: true },
})

const ubuntu = (id: string, debArch: 'amd64' | 'arm64'): Image => ({
  id,
  name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${debArch}-server-20260901`,
  description: `Canonical, Ubuntu, 24.04, ${debArch} noble image`,
  ownerId: CANONICAL,
  ownerAlias: undefined,
  architecture: debArch === 'amd64' ? 'x86_64' : 'arm64',
  rootDevice: '/dev/sda1',
  disks: [disk('/dev/sda1')],
  createdAt: '2026-09-01T05:41:13.000Z',
  platformDetails: 'Linux/UNIX',
  isPublic: true,
  hasAgent: true,
  parameter: `/aws/service/canonical/ubuntu/server/24.04/stable/current/${debArch}/hvm/ebs-gp3/ami-id`,
})

const amazonLinux = (id: string, architecture: 'x86_64' | 'arm64'): Image => ({
  id,
  name: `al2023-ami-2023.9.20260914.0-kernel-6.1-${architecture}`,
  description: `Amazon Linux 2023 AMI 2023.9.20260914.0 ${architecture} HVM kernel-6.1`,
  ownerId: AMAZON,
  ownerAlias: 'amazon',
  architecture,
  rootDevice: '/dev/xvda',
  disks: [disk('/dev/xvda')],
  createdAt: '2026-09-14T22:17:05.000Z',
  platformDetails: 'Linux/UNIX',
  isPublic: true,
  hasAgent: true,
  parameter: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
})

const debian: Image = {
  ...ubuntu('ami-0a1b2c3d4e5f60005', 'amd64'),
  name: 'debian-12-amd64-20260901-2220',
  description: 'Debian 12 (20260901-2220)',
  ownerId: '136693071363',
  rootDevice: '/dev/xvda',
  disks: [disk('/dev/xvda')],
  parameter: undefined,
  hasAgent: false,
}

/** An image of the account's own, made without the agent. */
const ownWithoutAgent: Image = {
  ...debian,
  id: 'ami-0a1b2c3d4e5f60006',
  name: 'golden-image-42',
  description: 'Made by hand',
  ownerId: '123456789012',
  isPublic: false,
}

/** An image of the account's own with all that a root has not: no deletion with the machine, another type, IOPS. */
const ownWithDataDisks: Image = {
  ...ubuntu('ami-0a1b2c3d4e5f60007', 'amd64'),
  name: 'own-image-with-data-disks',
  description: 'Made by hand, from a machine with two data disks',
  ownerId: '123456789012',
  isPublic: false,
  parameter: undefined,
  disks: [
    disk('/dev/sda1', 25),
    { ...disk('/dev/sdb', 40), type: 'gp2', deleteOnTermination: false },
    // As few IOPS as no gp3 volume may have.
    { ...disk('/dev/sdc', 10), type: 'io2', iops: 1000 },
  ],
}

/** The snapshot that a disk of an image is made from. */
export const snapshotOf = ({ id, disks }: Image, disk: ImageDisk): string =>
  `snap-${disks.indexOf(disk)}${id.slice('ami-0'.length)}`

/** The images there are. Every machine runs the host's own Linux, whatever its image is called. */
export const IMAGES: readonly Image[] = [
  ubuntu('ami-0a1b2c3d4e5f60001', 'amd64'),
  ubuntu('ami-0a1b2c3d4e5f60002', 'arm64'),
  amazonLinux('ami-0a1b2c3d4e5f60003', 'x86_64'),
  amazonLinux('ami-0a1b2c3d4e5f60004', 'arm64'),
  debian,
  ownWithoutAgent,
  ownWithDataDisks,
]
