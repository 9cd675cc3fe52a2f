export interface Image {
  id: string
  name: string
  description: string
  ownerId: string
  ownerAlias: string | undefined
  architecture: 'x86_64' | 'arm64'
  rootDevice: string
  rootGib: number
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

const ubuntu = (id: string, debArch: 'amd64' | 'arm64'): Image => ({
  id,
  name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${debArch}-server-20260901`,
  description: `Canonical, Ubuntu, 24.04, ${debArch} noble image`,
  ownerId: CANONICAL,
  ownerAlias: undefined,
  architecture: debArch === 'amd64' ? 'x86_64' : 'arm64',
  rootDevice: '/dev/sda1',
  rootGib: 8,
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
  rootGib: 8,
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

/** The images there are. Every machine runs the host's own Linux, whatever its image is called. */
export const IMAGES: readonly Image[] = [
  ubuntu('ami-0a1b2c3d4e5f60001', 'amd64'),
  ubuntu('ami-0a1b2c3d4e5f60002', 'arm64'),
  amazonLinux('ami-0a1b2c3d4e5f60003', 'x86_64'),
  amazonLinux('ami-0a1b2c3d4e5f60004', 'arm64'),
  debian,
  ownWithoutAgent,
]
