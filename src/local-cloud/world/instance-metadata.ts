import { hostnameOf } from './addresses.ts'
import type { Instance } from './instance.ts'
import { type Credentials, credentialsDocument } from './instance-credentials.ts'
import type { Subnet, Vpc } from './network.ts'
import type { NetworkInterface } from './network-interface.ts'
import type { InstanceProfile } from './role.ts'

export interface MetadataSource {
  instance: Instance
  networkInterface: NetworkInterface
  subnet: Subnet
  vpc: Vpc
  account: string
  region: string
  groupNames: readonly string[]
  tags: Readonly<Record<string, string>>
  /** Only with a role in it are there credentials. */
  profile: InstanceProfile | undefined
  credentials: Credentials | undefined
  /** With them the SSM agent registers, whether there is a role or not. */
  identityCredentials: Credentials
}

/** The instance metadata service's tree: path without `latest/` → text. */
export function instanceMetadata(source: MetadataSource): Record<string, string> {
  const { instance, region, groupNames, subnet } = source
  const host = `${hostnameOf(instance.privateIp)}.${region}.compute.internal`
  return {
    'meta-data/ami-id': instance.imageId,
    'meta-data/ami-launch-index': String(instance.launchIndex),
    'meta-data/hostname': host,
    'meta-data/instance-id': instance.id,
    'meta-data/instance-life-cycle': 'on-demand',
    'meta-data/instance-type': instance.type,
    'meta-data/local-hostname': host,
    'meta-data/local-ipv4': instance.privateIp,
    'meta-data/mac': source.networkInterface.mac,
    'meta-data/placement/availability-zone': instance.zone,
    'meta-data/placement/availability-zone-id': subnet.zoneId,
    'meta-data/placement/region': region,
    'meta-data/reservation-id': instance.reservationId,
    'meta-data/security-groups': groupNames.join('\n'),
    'meta-data/services/domain': 'amazonaws.com',
    'meta-data/services/partition': 'aws',
    'dynamic/instance-identity/document': identityDocument(source),
    ...(instance.publicIp !== undefined && { 'meta-data/public-ipv4': instance.publicIp }),
    ...interfaceTree(source),
    ...roleTree(source),
    ...identityTree(source),
    ...tagTree(source),
    ...(instance.userData !== undefined && {
      'user-data': Buffer.from(instance.userData, 'base64').toString('utf8'),
    }),
  }
}

function identityDocument({ instance, account, region }: MetadataSource): string {
  return JSON.stringify(
    {
      accountId: account,
      architecture: instance.architecture,
      availabilityZone: instance.zone,
      imageId: instance.imageId,
      instanceId: instance.id,
      instanceType: instance.type,
      pendingTime: new Date(instance.launchedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      privateIp: instance.privateIp,
      region,
      version: '2017-09-30',
    },
    null,
    2,
  )
}

function interfaceTree({ networkInterface, account, subnet, vpc }: MetadataSource): Record<string, string> {
  const root = `meta-data/network/interfaces/macs/${networkInterface.mac}`
  return {
    [`${root}/device-number`]: '0',
    [`${root}/interface-id`]: networkInterface.id,
    [`${root}/local-ipv4s`]: networkInterface.privateIp,
    [`${root}/mac`]: networkInterface.mac,
    [`${root}/owner-id`]: account,
    [`${root}/security-group-ids`]: networkInterface.groupIds.join('\n'),
    [`${root}/subnet-id`]: subnet.id,
    [`${root}/subnet-ipv4-cidr-block`]: subnet.cidr,
    [`${root}/vpc-id`]: vpc.id,
    [`${root}/vpc-ipv4-cidr-block`]: vpc.cidr,
  }
}

function roleTree({ profile, credentials }: MetadataSource): Record<string, string> {
  if (profile?.roleName === undefined || credentials === undefined) return {}
  return {
    'meta-data/iam/info': JSON.stringify(
      {
        Code: 'Success',
        LastUpdated: new Date(credentials.issuedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
        InstanceProfileArn: profile.arn,
        InstanceProfileId: profile.id,
      },
      null,
      2,
    ),
    [`meta-data/iam/security-credentials/${profile.roleName}`]: credentialsDocument(credentials),
  }
}

const identityTree = ({ identityCredentials, account }: MetadataSource) => ({
  'identity-credentials/ec2/info': JSON.stringify(
    {
      Code: 'Success',
      LastUpdated: new Date(identityCredentials.issuedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      AccountId: account,
    },
    null,
    2,
  ),
  'identity-credentials/ec2/security-credentials/ec2-instance': credentialsDocument(identityCredentials),
})

const tagTree = ({ instance, tags }: MetadataSource): Record<string, string> =>
  instance.metadataTags
    ? Object.fromEntries(
        Object.entries(tags).map(([key, value]) => [`meta-data/tags/instance/${key}`, value]),
      )
    : {}
