import type { DeleteVolumeRequest, DescribeVolumesRequest, Volume as VolumeView } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import type { Volume } from '../../world/volume.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { endDryRun } from './dry-run.ts'
import { filtered } from './filters.ts'
import { tagList } from './tags.ts'

const stateOf = ({ instanceId }: Volume) => (instanceId === undefined ? 'available' : 'in-use')

function volumeById(world: World, id: string): Volume {
  const volume = world.volumes.get(id)
  if (!volume) throw new AwsFault('InvalidVolume.NotFound', `The volume '${id}' does not exist.`)
  return volume
}

export function describeVolumes({ world }: Cloud, input: DescribeVolumesRequest) {
  const asked = input.VolumeIds?.length
    ? input.VolumeIds.map((id) => volumeById(world, id))
    : world.volumes.values()
  const found = filtered(world, asked, input.Filters, {
    'volume-id': ({ id }) => [id],
    status: (volume) => [stateOf(volume)],
    'attachment.instance-id': ({ instanceId }) => [instanceId],
    'attachment.device': ({ device }) => [device],
    'availability-zone': ({ zone }) => [zone],
    'volume-type': ({ type }) => [type],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { Volumes: page.items.map((volume) => volumeView(world, volume)), NextToken: page.next }
}

/** @throws AwsFault VolumeInUse */
export function deleteVolume({ world }: Cloud, input: DeleteVolumeRequest): void {
  const { id, instanceId } = volumeById(world, input.VolumeId ?? '')
  if (instanceId !== undefined)
    throw new AwsFault('VolumeInUse', `Volume ${id} is currently attached to ${instanceId}`)
  endDryRun(input)
  world.volumes.delete(id)
  world.tags.delete(id)
}

function volumeView(world: World, volume: Volume): VolumeView {
  const { id, instanceId, createdAt } = volume
  return {
    VolumeId: id,
    AvailabilityZone: volume.zone,
    Size: volume.sizeGib,
    VolumeType: volume.type as NonNullable<VolumeView['VolumeType']>,
    State: stateOf(volume),
    Encrypted: volume.encrypted,
    CreateTime: new Date(createdAt),
    Attachments:
      instanceId === undefined
        ? []
        : [
            {
              VolumeId: id,
              InstanceId: instanceId,
              Device: volume.device,
              State: 'attached',
              DeleteOnTermination: volume.deleteOnTermination,
              AttachTime: new Date(createdAt),
            },
          ],
    Tags: tagList(world, id),
  }
}
