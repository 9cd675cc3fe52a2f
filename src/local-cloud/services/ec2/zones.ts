import type { AvailabilityZone, DescribeAvailabilityZonesRequest } from '@aws-sdk/client-ec2'
import type { Cloud } from '../cloud.ts'
import { filtered } from './filters.ts'

export function describeAvailabilityZones({ world }: Cloud, input: DescribeAvailabilityZonesRequest) {
  const zones = world.network.zones
    .map(({ name, id }) => ({ id: name, zoneId: id }))
    .filter(({ id }) => !input.ZoneNames?.length || input.ZoneNames.includes(id))
  const found = filtered(world, zones, input.Filters, {
    'zone-name': ({ id }) => [id],
    'zone-id': ({ zoneId }) => [zoneId],
    'zone-type': () => ['availability-zone'],
    'region-name': () => [world.region],
    'opt-in-status': () => ['opt-in-not-required'],
    state: () => ['available'],
  })
  return {
    AvailabilityZones: found.map(
      ({ id, zoneId }): AvailabilityZone => ({
        ZoneName: id,
        ZoneId: zoneId,
        RegionName: world.region,
        State: 'available',
        ZoneType: 'availability-zone',
        OptInStatus: 'opt-in-not-required',
        GroupName: world.region,
      }),
    ),
  }
}
