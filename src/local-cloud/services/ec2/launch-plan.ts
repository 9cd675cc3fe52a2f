import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Image } from '../../world/image.ts'
import type { InstanceType } from '../../world/instance-type.ts'
import type { Subnet } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import { groupsFor, imageOf, profileFor, refuseUserData, subnetFor, typeFor } from './launch-checks.ts'
import { refuseNested } from './refuse-nested.ts'
import { refuseMetadataKeys, specifiedTags } from './tags.ts'
import { type PlannedVolume, volumesFor } from './volume-plan.ts'

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
