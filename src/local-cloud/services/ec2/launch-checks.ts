import type { IamInstanceProfileSpecification, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { IMAGES, type Image } from '../../world/image.ts'
import { INSTANCE_TYPES, type InstanceType, isOffered } from '../../world/instance-type.ts'
import type { Subnet } from '../../world/network.ts'
import type { World } from '../../world/world.ts'

const invalid = (message: string) => new AwsFault('InvalidParameterValue', message)

const USER_DATA_BYTES = 16_384

/** @throws AwsFault InvalidAMIID.* */
export function imageOf(id: string | undefined): Image {
  if (id === undefined)
    throw new AwsFault('MissingParameter', 'The request must contain the parameter ImageId')
  const parameter = /^resolve:ssm:(.+)$/.exec(id)?.[1]
  const image = IMAGES.find((one) => (parameter === undefined ? one.id === id : one.parameter === parameter))
  if (image) return image
  if (parameter === undefined && !/^ami-[0-9a-f]{8,17}$/.test(id))
    throw new AwsFault('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`)
  throw new AwsFault('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`)
}

/** @throws AwsFault when the type doesn't exist, can't run the image, or isn't offered in the zone */
export function typeFor(name: string | undefined, image: Image, zone: string): InstanceType {
  const type = INSTANCE_TYPES.find((one) => one.name === name)
  if (!type) throw invalid(`Invalid value '${name}' for InstanceType.`)
  if (type.architecture !== image.architecture)
    throw invalid(
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`,
    )
  if (!isOffered(type, zone))
    throw new AwsFault(
      'Unsupported',
      `Your requested instance type (${type.name}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing another one.`,
    )
  return type
}

/** The subnet asked for, or the default one of the zone asked for, or the first. @throws AwsFault */
export function subnetFor(world: World, id: string | undefined, zone: string | undefined): Subnet {
  const { subnets } = world.network
  const defaults = [...subnets.values()].filter(({ isDefault }) => isDefault)
  if (id === undefined && zone === undefined && !defaults.length)
    throw new AwsFault('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.')
  const subnet =
    id === undefined ? defaults.find((one) => one.zone === (zone ?? defaults[0]?.zone)) : subnets.get(id)
  if (!subnet && id !== undefined)
    throw new AwsFault('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`)
  if (!subnet) throw invalid(`Invalid availability zone: [${zone}]`)
  if (zone !== undefined && zone !== subnet.zone)
    throw invalid(`The availability zone '${zone}' does not match the subnet '${subnet.id}' (${subnet.zone})`)
  return subnet
}

/** Group ids of a launch; the default group when none is named. @throws AwsFault InvalidGroup.NotFound */
export function groupsFor(
  world: World,
  vpcId: string,
  ids: readonly string[],
  names: readonly string[] = [],
): readonly string[] {
  const missing = ids.find((id) => !world.securityGroups.has(id))
  if (missing !== undefined)
    throw new AwsFault('InvalidGroup.NotFound', `The security group '${missing}' does not exist`)
  const stranger = ids.find((id) => world.securityGroups.get(id)?.vpcId !== vpcId)
  if (stranger !== undefined)
    throw new AwsFault(
      'InvalidParameter',
      `Security group ${stranger} and the subnet belong to different networks.`,
    )
  const groups = [...world.securityGroups.values()].filter((group) => group.vpcId === vpcId)
  const named = names.map((name) => {
    const group = groups.find((one) => one.name === name)
    if (group) return group.id
    throw new AwsFault(
      'InvalidGroup.NotFound',
      `The security group '${name}' does not exist in default VPC '${vpcId}'`,
    )
  })
  const all = [...new Set([...ids, ...named])]
  return all.length > 0 ? all : [world.network.vpcs.get(vpcId)?.defaultGroupId ?? '']
}

/** @throws AwsFault with the generic code and AWS's own text, also while IAM has not yet spread the profile */
export function profileFor(
  world: World,
  wanted: IamInstanceProfileSpecification | undefined,
): string | undefined {
  if (wanted?.Name === undefined && wanted?.Arn === undefined) return undefined
  const profile = [...world.profiles.values()].find(
    ({ name, arn }) => name === wanted.Name || arn === wanted.Arn,
  )
  const isUsable = profile && profile.visibleAt <= world.clock.now()
  if (isUsable && !world.faults.strikes('unknown-profile')) return profile.name
  throw wanted.Name === undefined
    ? invalid(
        `Value (${wanted.Arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`,
      )
    : invalid(
        `Value (${wanted.Name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
      )
}

/** @throws AwsFault when it isn't base64 or holds more than 16 KB */
export function refuseUserData(text: string | undefined): void {
  if (text === undefined) return
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/\s/g, '').replace(/=+$/, ''))
    throw invalid('Invalid BASE64 encoding of user data.')
  if (bytes.length > USER_DATA_BYTES) throw invalid('User data is limited to 16384 bytes')
}

/** @throws AwsFault InsufficientInstanceCapacity (HTTP 500, as on AWS) when that fault was injected */
export function refuseCapacity(world: World, type: string, zone: string, spot: boolean): void {
  if (world.faults.strikes(`${spot ? 'spot-capacity' : 'capacity'}:${zone}/${type}`))
    throw noCapacity(world, type, zone)
}

/** How many of the instances asked for there is room for. @throws AwsFault when it is fewer than the fewest asked for */
export function roomFor(
  world: World,
  place: { type: string; zone: string },
  { MinCount: fewest = 1, MaxCount: most = 1 }: RunInstancesRequest,
): number {
  let room = 0
  while (room < most && world.faults.strikes(`room:${place.zone}/${place.type}`)) room++
  if (room > 0 && room < fewest) throw noCapacity(world, place.type, place.zone)
  return room || most
}

function noCapacity(world: World, type: string, zone: string): AwsFault {
  const others = world.network.zones.map(({ name }) => name).filter((other) => other !== zone)
  return new AwsFault(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity. You can currently get ${type} capacity by not specifying an Availability Zone in your request or choosing ${others.join(', ')}.`,
    { status: 500 },
  )
}

/** @throws AwsFault VcpuLimitExceeded when that fault was injected */
export function refuseQuota(world: World): void {
  if (!world.faults.strikes('vcpu-quota')) return
  throw new AwsFault(
    'VcpuLimitExceeded',
    'You have requested more vCPU capacity than your current vCPU limit of 5 allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.',
  )
}
