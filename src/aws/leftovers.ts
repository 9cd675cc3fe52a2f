import {
  DeleteVolumeCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import { tagKeys } from '../cluster/tags.ts'
import { unless } from './errors.ts'

const ofCluster = (cluster: string) => [{ Name: `tag:${tagKeys.cluster}`, Values: [cluster] }]

/** Volumes of a cluster that are not being deleted with their machine. */
export async function findVolumes(ec2: EC2Client, cluster: string): Promise<string[]> {
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters: ofCluster(cluster) }))
  return Volumes.filter((volume) => volume.State !== 'deleting' && volume.State !== 'deleted').map(
    (volume) => volume.VolumeId ?? '',
  )
}

/** Network interfaces of a cluster's machines. */
export async function findInterfaces(ec2: EC2Client, cluster: string): Promise<string[]> {
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: ofCluster(cluster) }),
  )
  return NetworkInterfaces.map((one) => one.NetworkInterfaceId ?? '')
}

/** Whether the volume is gone now. False while it is still attached. */
export async function deleteVolume(ec2: EC2Client, id: string): Promise<boolean> {
  const deleted = unless(['InvalidVolume.NotFound'], ec2.send(new DeleteVolumeCommand({ VolumeId: id })))
  return (
    (await unless(
      ['VolumeInUse', 'IncorrectState'],
      deleted.then(() => true),
    )) ?? false
  )
}
