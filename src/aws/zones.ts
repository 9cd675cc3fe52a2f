import { DescribeAvailabilityZonesCommand, type EC2Client } from '@aws-sdk/client-ec2'

/** The region's own zones that are open to every account: no local zones, none that must be opted in to. */
export async function findZones(ec2: EC2Client): Promise<string[]> {
  const Filters = [
    { Name: 'state', Values: ['available'] },
    { Name: 'zone-type', Values: ['availability-zone'] },
    { Name: 'opt-in-status', Values: ['opt-in-not-required'] },
  ]
  const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({ Filters }))
  return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? [])
}
