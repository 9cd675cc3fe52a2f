export type Architecture = 'amd64' | 'arm64'

// Canonical writes amd64 and arm64, Amazon x86_64 and arm64. Paths: https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
// and https://docs.aws.amazon.com/linux/al2023/ug/ec2.html.
const PUBLIC_PARAMETERS = {
  'ubuntu-24.04': (arch: Architecture) =>
    `/aws/service/canonical/ubuntu/server/24.04/stable/current/${arch}/hvm/ebs-gp3/ami-id`,
  'ubuntu-22.04': (arch: Architecture) =>
    `/aws/service/canonical/ubuntu/server/22.04/stable/current/${arch}/hvm/ebs-gp2/ami-id`,
  'amazon-linux-2023': (arch: Architecture) =>
    `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${arch === 'amd64' ? 'x86_64' : 'arm64'}`,
} as const

const isKnown = (image: string): image is keyof typeof PUBLIC_PARAMETERS => image in PUBLIC_PARAMETERS

/** What is wrong with an `image` input, or undefined. */
export function imageFault(image: string): string | undefined {
  if (isKnown(image) || /^ami-[0-9a-f]{8,17}$/.test(image)) return undefined
  return `"${image}" is not an image: write ${Object.keys(PUBLIC_PARAMETERS).join(', ')}, or an image id such as ami-0123456789abcdef0`
}

/** The public SSM parameter that holds the id of the newest image, or undefined for an image id of the user's own. */
export const imageParameter = (image: string, arch: Architecture): string | undefined =>
  isKnown(image) ? PUBLIC_PARAMETERS[image](arch) : undefined

// Names that publishers give images of theirs that have no agent: the list of those that have it is AWS's own ("AMIs with the
// agent preinstalled"): Amazon Linux, SUSE, Ubuntu Server. What a user makes of one of these is not public.
const WITHOUT_AGENT =
  /^(debian-|RHEL-|Rocky-|AlmaLinux OS|CentOS|Fedora-|ubuntu-minimal\/|bottlerocket-|Flatcar|talos-)/i

/** Whether a public image of this name has no SSM agent in it. */
export const comesWithoutAgent = (name: string): boolean => WITHOUT_AGENT.test(name)

/** EC2's word for an architecture → Canonical's and RKE2's. */
export const architectureOf = (ec2Name: string | undefined): Architecture | undefined =>
  (({ x86_64: 'amd64', arm64: 'arm64' }) as const)[ec2Name as 'x86_64' | 'arm64']
