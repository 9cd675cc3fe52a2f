import type { GroupIdentifier, Instance as InstanceView } from '@aws-sdk/client-ec2'
import { type Instance, STATE_CODES } from '../../world/instance.ts'
import { INSTANCE_TYPES } from '../../world/instance-type.ts'
import { hostnameOf } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import { tagList } from './tags.ts'

/** An instance as DescribeInstances shows it. A terminated one has lost its network and its volumes. */
export function instanceView(world: World, instance: Instance): InstanceView {
  const { id, state, reason } = instance
  return {
    InstanceId: id,
    ImageId: instance.imageId,
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
    StateTransitionReason: reason?.message.split(': ').at(-1) ?? '',
    ...(reason && { StateReason: { Code: reason.code, Message: reason.message } }),
    MetadataOptions: {
      State: 'applied',
      HttpTokens: instance.httpTokens,
      HttpPutResponseHopLimit: instance.hopLimit,
      HttpEndpoint: 'enabled',
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
  const publicIp = instance.state === 'running' ? instance.publicIp : undefined
  const groups = groupsOf(world, nic.groupIds)
  return {
    VpcId: world.network.vpcId,
    SubnetId: instance.subnetId,
    PrivateIpAddress: instance.privateIp,
    PrivateDnsName: `${hostnameOf(instance.privateIp)}.${world.region}.compute.internal`,
    ...(publicIp !== undefined && {
      PublicIpAddress: publicIp,
      PublicDnsName: `ec2-${publicIp.replaceAll('.', '-')}.${world.region}.compute.amazonaws.com`,
    }),
    SourceDestCheck: instance.sourceDestCheck,
    SecurityGroups: groups,
    NetworkInterfaces: [
      {
        NetworkInterfaceId: nic.id,
        SubnetId: nic.subnetId,
        VpcId: world.network.vpcId,
        PrivateIpAddress: nic.privateIp,
        MacAddress: nic.mac,
        Groups: groups,
        Status: 'in-use',
        OwnerId: world.account,
        Description: nic.description,
        Attachment: { DeviceIndex: 0, DeleteOnTermination: true, Status: 'attached' },
      },
    ],
  }
}

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
