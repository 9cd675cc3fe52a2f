import type { GroupIdentifier, Instance as InstanceView } from '@aws-sdk/client-ec2'
import { hostnameOf } from '../../world/addresses.ts'
import { type Instance, STATE_CODES } from '../../world/instance.ts'
import { INSTANCE_TYPES } from '../../world/instance-type.ts'
import type { World } from '../../world/world.ts'
import { tagList } from './tags.ts'

/** An instance as DescribeInstances shows it. A terminated one has lost its network and its volumes. */
export function instanceView(world: World, instance: Instance): InstanceView {
  const { id, state } = instance
  const reason =
    instance.reason ?? (state === 'pending' ? { code: 'pending', message: 'pending' } : undefined)
  return {
    InstanceId: id,
    ImageId: instance.imageId,
    ...(instance.spotRequestId && {
      InstanceLifecycle: 'spot',
      SpotInstanceRequestId: instance.spotRequestId,
    }),
    InstanceType: instance.type as NonNullable<InstanceView['InstanceType']>,
    Architecture: instance.architecture,
    AmiLaunchIndex: instance.launchIndex,
    ClientToken: instance.clientToken,
    CpuOptions: { CoreCount: INSTANCE_TYPES.find(({ name }) => name === instance.type)?.cpus ?? 1 },
    EbsOptimized: false,
    EnaSupport: true,
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    LaunchTime: new Date(instance.launchedAt),
    Monitoring: { State: 'disabled' },
    Placement: { AvailabilityZone: instance.zone, GroupName: '', Tenancy: 'default' },
    PlatformDetails: 'Linux/UNIX',
    RootDeviceName: instance.rootDevice,
    RootDeviceType: 'ebs',
    State: { Code: STATE_CODES[state], Name: state },
    StateTransitionReason: instance.reason?.transition ?? '',
    ...(reason && { StateReason: { Code: reason.code, Message: reason.message } }),
    MetadataOptions: {
      State: 'applied',
      HttpTokens: instance.httpTokens,
      HttpPutResponseHopLimit: instance.hopLimit,
      HttpEndpoint: 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: instance.metadataTags ? 'enabled' : 'disabled',
    },
    Tags: tagList(world, id),
    ...profileView(world, instance),
    ...networkView(world, instance),
    BlockDeviceMappings: volumesView(world, id),
  }
}

function profileView(world: World, { profileName }: Instance): Partial<InstanceView> {
  const profile = profileName === undefined ? undefined : world.profiles.get(profileName)
  return profile ? { IamInstanceProfile: { Arn: profile.arn, Id: profile.id } } : {}
}

function networkView(world: World, instance: Instance): Partial<InstanceView> {
  const nic = world.interfaces.get(instance.interfaceId)
  if (!nic) return { SecurityGroups: [], NetworkInterfaces: [] }
  const { privateIp, sourceDestCheck } = instance
  const publicIp = instance.state === 'running' ? instance.publicIp : undefined
  const found =
    publicIp === undefined ? undefined : { PublicIp: publicIp, PublicDnsName: publicName(world, publicIp) }
  const names = { PrivateIpAddress: privateIp, PrivateDnsName: privateName(world, privateIp) }
  const groups = groupsOf(world, nic.groupIds)
  const association = found && { Association: { ...found, IpOwnerId: 'amazon' } }
  return {
    VpcId: vpcOf(world, nic.subnetId),
    SubnetId: instance.subnetId,
    ...names,
    ...(found && { PublicIpAddress: found.PublicIp, PublicDnsName: found.PublicDnsName }),
    SourceDestCheck: sourceDestCheck,
    SecurityGroups: groups,
    NetworkInterfaces: [
      {
        NetworkInterfaceId: nic.id,
        SubnetId: nic.subnetId,
        VpcId: vpcOf(world, nic.subnetId),
        ...names,
        ...association,
        PrivateIpAddresses: [{ ...names, ...association, Primary: true }],
        MacAddress: nic.mac,
        Groups: groups,
        InterfaceType: 'interface',
        SourceDestCheck: sourceDestCheck,
        Status: 'in-use',
        OwnerId: world.account,
        Description: nic.description,
        Attachment: {
          AttachmentId: nic.id.replace('eni-', 'eni-attach-'),
          AttachTime: new Date(instance.launchedAt),
          DeviceIndex: 0,
          NetworkCardIndex: 0,
          DeleteOnTermination: true,
          Status: 'attached',
        },
      },
    ],
  }
}

const privateName = ({ region }: World, address: string) =>
  `${hostnameOf(address)}.${region}.compute.internal`

const publicName = ({ region }: World, address: string) =>
  `ec2-${address.replaceAll('.', '-')}.${region}.compute.amazonaws.com`

/** The VPC that a subnet is in. */
export const vpcOf = ({ network }: World, subnetId: string | undefined): string | undefined =>
  network.subnets.get(subnetId ?? '')?.vpcId

/** Groups as most answers of EC2 name them. */
export const groupsOf = (world: World, ids: readonly string[]): GroupIdentifier[] =>
  ids.map((id) => ({ GroupId: id, GroupName: world.securityGroups.get(id)?.name }))

const volumesView = (world: World, instanceId: string) =>
  [...world.volumes.values()]
    .filter((volume) => volume.instanceId === instanceId)
    .map(({ id, device, deleteOnTermination, createdAt }) => ({
      DeviceName: device,
      Ebs: {
        VolumeId: id,
        Status: 'attached' as const,
        DeleteOnTermination: deleteOnTermination,
        AttachTime: new Date(createdAt),
      },
    }))
