import type {
  _InstanceType,
  BlockDeviceMapping,
  DescribeImagesRequest,
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypesRequest,
  Image as ImageView,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { IMAGES, type Image, type ImageDisk, snapshotOf } from '../../world/image.ts'
import { INSTANCE_TYPES, type InstanceType, isOffered } from '../../world/instance-type.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { filtered } from './filters.ts'

/** @throws AwsFault InvalidAMIID.NotFound */
export function describeImages({ world }: Cloud, input: DescribeImagesRequest) {
  const missing = input.ImageIds?.filter((id) => !IMAGES.some((image) => image.id === id)) ?? []
  if (missing.length > 0)
    throw new AwsFault('InvalidAMIID.NotFound', `The image id '[${missing.join(', ')}]' does not exist`)
  const asked = IMAGES.filter(({ id }) => !input.ImageIds?.length || input.ImageIds.includes(id)).filter(
    ({ ownerId, ownerAlias }) =>
      !input.Owners?.length || input.Owners.some((owner) => owner === ownerId || owner === ownerAlias),
  )
  const found = filtered(world, asked, input.Filters, {
    'image-id': ({ id }) => [id],
    name: ({ name }) => [name],
    architecture: ({ architecture }) => [architecture],
    'owner-id': ({ ownerId }) => [ownerId],
    'owner-alias': ({ ownerAlias }) => [ownerAlias],
    state: () => ['available'],
    'root-device-type': () => ['ebs'],
    'virtualization-type': () => ['hvm'],
    'is-public': ({ isPublic }) => [String(isPublic)],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { Images: page.items.map(imageView), NextToken: page.next }
}

function imageView(image: Image): ImageView {
  return {
    ImageId: image.id,
    Name: image.name,
    Description: image.description,
    Architecture: image.architecture,
    OwnerId: image.ownerId,
    ImageOwnerAlias: image.ownerAlias,
    CreationDate: image.createdAt,
    PlatformDetails: image.platformDetails,
    RootDeviceName: image.rootDevice,
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    EnaSupport: true,
    Public: image.isPublic,
    State: 'available',
    ImageType: 'machine',
    BlockDeviceMappings: image.disks.map((disk) => diskView(image, disk)),
  }
}

const diskView = (image: Image, disk: ImageDisk): BlockDeviceMapping => ({
  DeviceName: disk.device,
  Ebs: {
    DeleteOnTermination: disk.deleteOnTermination,
    Encrypted: disk.encrypted,
    ...(disk.iops === undefined ? {} : { Iops: disk.iops }),
    SnapshotId: snapshotOf(image, disk),
    VolumeSize: disk.gib,
    VolumeType: disk.type,
  },
})

/** The table of types has names for ids, and no tags. */
const typeRecords = INSTANCE_TYPES.map((type) => ({ ...type, id: type.name }))

/** @throws AwsFault InvalidInstanceType */
export function describeInstanceTypes({ world }: Cloud, input: DescribeInstanceTypesRequest) {
  const names: readonly string[] = input.InstanceTypes ?? []
  const missing = names.filter((name) => !INSTANCE_TYPES.some((type) => type.name === name))
  if (missing.length > 0)
    throw new AwsFault(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${missing.join(', ')}]`,
    )
  const asked = typeRecords.filter(({ name }) => names.length === 0 || names.includes(name))
  const found = filtered(world, asked, input.Filters, {
    'instance-type': ({ name }) => [name],
    'processor-info.supported-architecture': ({ architecture }) => [architecture],
    'current-generation': () => ['true'],
    'burstable-performance-supported': ({ burstable }) => [String(burstable)],
    'vcpu-info.default-vcpus': ({ cpus }) => [String(cpus)],
    'memory-info.size-in-mib': ({ memoryMib }) => [String(memoryMib)],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { InstanceTypes: page.items.map(typeView), NextToken: page.next }
}

function typeView(type: InstanceType): InstanceTypeInfo {
  return {
    InstanceType: type.name as _InstanceType,
    CurrentGeneration: true,
    BareMetal: false,
    BurstablePerformanceSupported: type.burstable,
    Hypervisor: 'nitro',
    ProcessorInfo: { SupportedArchitectures: [type.architecture] },
    VCpuInfo: { DefaultVCpus: type.cpus },
    MemoryInfo: { SizeInMiB: type.memoryMib },
    NetworkInfo: {
      MaximumNetworkInterfaces: type.maxInterfaces,
      Ipv4AddressesPerInterface: type.addressesPerInterface,
      EnaSupport: 'required',
    },
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
  }
}

/** @throws AwsFault for another LocationType than the region or its zones */
export function describeInstanceTypeOfferings({ world }: Cloud, input: DescribeInstanceTypeOfferingsRequest) {
  const kind = input.LocationType ?? 'region'
  if (kind !== 'region' && kind !== 'availability-zone')
    throw new AwsFault('UnsupportedOperation', `the local cloud does not know the location type ${kind}`)
  const zones = world.network.zones.map(({ name }) => name)
  const offerings = INSTANCE_TYPES.flatMap((type) =>
    kind === 'region'
      ? [{ id: type.name, location: world.region }]
      : zones.filter((zone) => isOffered(type, zone)).map((location) => ({ id: type.name, location })),
  )
  const found = filtered(world, offerings, input.Filters, {
    'instance-type': ({ id }) => [id],
    location: ({ location }) => [location],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return {
    InstanceTypeOfferings: page.items.map(({ id, location }) => ({
      InstanceType: id as _InstanceType,
      Location: location,
      LocationType: kind,
    })),
    NextToken: page.next,
  }
}
