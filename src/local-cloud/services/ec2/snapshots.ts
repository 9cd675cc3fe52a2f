import type { DescribeSnapshotsRequest, Snapshot as SnapshotView } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import type { Snapshot } from '../../world/snapshot.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { filtered } from './filters.ts'
import { tagList } from './tags.ts'

function snapshotById(world: World, id: string): Snapshot {
  const snapshot = world.snapshots.get(id)
  if (!snapshot) throw new AwsFault('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`)
  return snapshot
}

/** Those of the account's own: there are no others. */
export function describeSnapshots({ world }: Cloud, input: DescribeSnapshotsRequest) {
  const { OwnerIds: owners = [], SnapshotIds: ids = [] } = input
  const isOurs = !owners.length || owners.some((owner) => owner === 'self' || owner === world.account)
  const asked = ids.length ? ids.map((id) => snapshotById(world, id)) : world.snapshots.values()
  const found = filtered(world, isOurs ? asked : [], input.Filters, {
    'snapshot-id': ({ id }) => [id],
    'volume-id': ({ volumeId }) => [volumeId],
    'owner-id': () => [world.account],
    status: () => ['completed'],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { Snapshots: page.items.map((snapshot) => snapshotView(world, snapshot)), NextToken: page.next }
}

const snapshotView = (world: World, { id, volumeId, sizeGib, startedAt }: Snapshot): SnapshotView => ({
  SnapshotId: id,
  VolumeId: volumeId,
  VolumeSize: sizeGib,
  OwnerId: world.account,
  State: 'completed',
  Progress: '100%',
  StartTime: new Date(startedAt),
  Description: '',
  Encrypted: true,
  StorageTier: 'standard',
  Tags: tagList(world, id),
})
