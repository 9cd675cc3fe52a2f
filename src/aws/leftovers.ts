import {
  CreateTagsCommand,
  DeleteVolumeCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
  type Filter,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
  type Volume,
} from '@aws-sdk/client-ec2'
import { kubernetesTag, type Tags, tagKeys } from '../cluster/tags.ts'
import { batches } from '../kit/batches.ts'
import { goneNow, unless } from './errors.ts'
import { ec2Filters, isSought, type Leftover, type Search, saysWhose, withoutTwins } from './leftover.ts'
import { tagList, tagsOf } from './tag-list.ts'

const PAGE = 500
// So many values does a filter of EC2 take.
const MOST_VALUES = 200

/** Volumes that are not being deleted with their machine. */
export async function findVolumes(ec2: EC2Client, search: Search): Promise<Leftover[]> {
  const found: Leftover[] = []
  for (const Filters of ec2Filters(search))
    for (const { VolumeId: id = '', Tags } of await standingVolumes(ec2, Filters))
      found.push({ id, name: id, tags: tagsOf(Tags) })
  return withoutTwins(found.filter(({ tags }) => isSought(tags, search)))
}

async function standingVolumes(ec2: EC2Client, Filters: Filter[]): Promise<Volume[]> {
  const found: Volume[] = []
  for await (const page of paginateDescribeVolumes({ client: ec2 }, { Filters, MaxResults: PAGE }))
    found.push(...(page.Volumes ?? []))
  return found.filter(({ State }) => State !== 'deleting' && State !== 'deleted')
}

/** Volumes by their own ids, as far as they still stand, or by those of the machines that they are attached to. */
export async function volumesBy(
  ec2: EC2Client,
  filter: 'volume-id' | 'attachment.instance-id',
  ids: readonly string[],
): Promise<(Leftover & { readonly outlives: boolean })[]> {
  const found: Volume[] = []
  for (const Values of batches(ids, MOST_VALUES))
    found.push(...(await standingVolumes(ec2, [{ Name: filter, Values }])))
  return found.map(({ VolumeId: id = '', Attachments = [], Tags }) => ({
    ...{ id, name: id, tags: tagsOf(Tags) },
    outlives: !Attachments.some(({ DeleteOnTermination }) => DeleteOnTermination),
  }))
}

/** Volumes that an EBS CSI driver made, that are attached to nothing, and of which no tag says whose they are. */
export async function looseDriverVolumes(ec2: EC2Client): Promise<Leftover[]> {
  const found = await standingVolumes(ec2, [
    { Name: 'tag-key', Values: ['ebs.csi.aws.com/cluster'] },
    { Name: 'status', Values: ['available'] },
  ])
  return found
    .map(({ VolumeId: id = '', CreateTime, Tags }) => ({
      ...{ id, name: id, tags: tagsOf(Tags) },
      createdAt: CreateTime?.getTime(),
    }))
    .filter(({ tags }) => !saysWhose(tags))
}

/** Ids of the account's own snapshots that carry the tag of Kubernetes' controllers for the cluster, whatever its value. */
export async function findSnapshots(client: EC2Client, cluster: string): Promise<string[]> {
  const Filters = [{ Name: 'tag-key', Values: [kubernetesTag(cluster).key] }]
  const found: string[] = []
  for await (const page of paginateDescribeSnapshots({ client }, { OwnerIds: ['self'], Filters }))
    for (const { SnapshotId: id, Tags } of page.Snapshots ?? [])
      if (id && (tagsOf(Tags)[tagKeys.cluster] ?? cluster) === cluster) found.push(id)
  return found
}

/** Network interfaces of machines. */
export async function findInterfaces(ec2: EC2Client, search: Search): Promise<Leftover[]> {
  const found: Leftover[] = []
  for (const Filters of ec2Filters({ cluster: search.cluster }))
    for await (const page of paginateDescribeNetworkInterfaces(
      { client: ec2 },
      { Filters, MaxResults: PAGE },
    ))
      for (const { NetworkInterfaceId: id = '', TagSet } of page.NetworkInterfaces ?? [])
        found.push({ id, name: id, tags: tagsOf(TagSet) })
  return found
}

/** Interfaces that use a security group, or stand in a subnet or a VPC, with what they say of themselves. */
export async function interfacesBy(
  ec2: EC2Client,
  filter: 'group-id' | 'subnet-id' | 'vpc-id',
  id: string,
): Promise<string[]> {
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: filter, Values: [id] }] }),
  )
  return NetworkInterfaces.map(
    ({ NetworkInterfaceId: id, Description: says }) => `${id}${says ? ` (${says})` : ''}`,
  )
}

/** Whether the volume is gone now. False while it is still attached. */
export const deleteVolume = (ec2: EC2Client, id: string): Promise<boolean> =>
  goneNow(ec2.send(new DeleteVolumeCommand({ VolumeId: id })), {
    gone: 'InvalidVolume.NotFound',
    held: ['VolumeInUse', 'IncorrectState'],
  })

// EC2 takes a thousand resources, and tags all of them or none.
const MOST_TAGGED = 500
const GONE = [
  'InvalidInstanceID.NotFound',
  'InvalidVolume.NotFound',
  'InvalidNetworkInterfaceID.NotFound',
  'InvalidGroup.NotFound',
  'InvalidVpcID.NotFound',
  'InvalidSubnetID.NotFound',
  'InvalidInternetGatewayID.NotFound',
  'InvalidRouteTableID.NotFound',
  'InvalidVpcEndpointId.NotFound',
]

/** Tags things of EC2. One that is gone meanwhile keeps no other from its tags. */
export async function tagResources(ec2: EC2Client, ids: readonly string[], tags: Tags): Promise<void> {
  const tag = (Resources: string[]) =>
    unless(
      GONE,
      ec2.send(new CreateTagsCommand({ Resources, Tags: tagList(tags) })).then(() => true),
    )
  for (const batch of batches(ids, MOST_TAGGED))
    if (!(await tag(batch))) for (const id of batch) await tag([id])
}
