import type { BlockDeviceMapping, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import type { Image } from '../../world/image.ts'
import type { InstanceType } from '../../world/instance-type.ts'
import type { Subnet } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import { groupsFor, imageOf, profileFor, refuseUserData, subnetFor, typeFor } from './launch-checks.ts'
import { refuseNested } from './refuse-nested.ts'
import { refuseMetadataKeys, specifiedTags } from './tags.ts'

interface PlannedVolume {
  device: string
  sizeGib: number
  type: string
  encrypted: boolean
  deleteOnTermination: boolean
}

/** A launch that was found right. */
export interface LaunchPlan {
  image: Image
  type: InstanceType
  subnet: Subnet
  groupIds: readonly string[]
  profileName: string | undefined
  spot: boolean
  volumes: readonly PlannedVolume[]
  /** By resource type: instance, volume, network-interface. */
  tags: Readonly<Partial<Record<string, Readonly<Record<string, string>>>>>
}

const TAGGABLE = ['instance', 'volume', 'network-interface', 'spot-instances-request']

/** Everything about a launch that EC2 checks before it looks for room. @throws AwsFault */
export function planLaunch(world: World, input: RunInstancesRequest): LaunchPlan {
  refuseNested(input)
  const nic = input.NetworkInterfaces?.[0]
  const image = imageOf(input.ImageId)
  const subnet = subnetFor(world, nic?.SubnetId ?? input.SubnetId, input.Placement?.AvailabilityZone)
  const type = typeFor(input.InstanceType, image, subnet.zone)
  const groupIds = groupsFor(
    world,
    subnet.vpcId,
    nic?.Groups ?? input.SecurityGroupIds ?? [],
    input.SecurityGroups,
  )
  refuseUserData(input.UserData)
  const tags = specifiedTags(input.TagSpecifications, TAGGABLE)
  if (input.MetadataOptions?.InstanceMetadataTags === 'enabled') refuseMetadataKeys(tags['instance'] ?? {})
  return {
    image,
    type,
    subnet,
    groupIds,
    tags,
    spot: input.InstanceMarketOptions?.MarketType === 'spot',
    profileName: profileFor(world, input.IamInstanceProfile),
    volumes: volumesFor(image, input.BlockDeviceMappings ?? []),
  }
}

function volumesFor(image: Image, mappings: readonly BlockDeviceMapping[]): PlannedVolume[] {
  const root = mappings.find(({ DeviceName }) => DeviceName === image.rootDevice)
  const others = mappings.filter((mapping) => mapping !== root)
  // A further volume outlives its instance unless told otherwise; the root volume doesn't.
  return [
    volumeFor({ ...root, DeviceName: image.rootDevice }, image, image.rootGib, true),
    ...others.map((mapping) => volumeFor(mapping, image, undefined, false)),
  ]
}

function volumeFor(
  { DeviceName: device = '', Ebs: ebs }: BlockDeviceMapping,
  image: Image,
  smallest: number | undefined,
  deleteByDefault: boolean,
): PlannedVolume {
  const sizeGib = ebs?.VolumeSize ?? smallest
  if (sizeGib === undefined)
    throw new AwsFault(
      'MissingParameter',
      `The request must contain the parameter size or snapshotId for ${device}`,
    )
  if (smallest !== undefined && sizeGib < smallest)
    throw new AwsFault(
      'InvalidBlockDeviceMapping',
      `Volume of size ${sizeGib}GB is smaller than snapshot 'snap-${image.id.slice(4)}', expect size>= ${smallest}GB`,
    )
  return {
    device,
    sizeGib,
    type: ebs?.VolumeType ?? 'gp3',
    encrypted: ebs?.Encrypted ?? false,
    deleteOnTermination: ebs?.DeleteOnTermination ?? deleteByDefault,
  }
}
