import type { BlockDeviceMapping } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { disksOfImage } from '../../src/aws/disk-mapping.ts'
import { type Launch, launchRequest } from '../../src/aws/instances.ts'
import { dataGibOf, leastRootGib, machineDisks } from '../../src/cluster/disks.ts'

const ebs = (DeviceName: string, VolumeType: 'gp2' | 'gp3' | 'io2' | 'st1', VolumeSize: number) => ({
  DeviceName,
  Ebs: { VolumeType, VolumeSize, DeleteOnTermination: false, Encrypted: false, SnapshotId: 'snap-1' },
})
const image = (RootDeviceName: string, ...BlockDeviceMappings: BlockDeviceMapping[]) =>
  disksOfImage({ RootDeviceName, BlockDeviceMappings })

test('disks of an image are its EBS disks, not those of the machine and not what is taken out', () => {
  const found = image(
    '/dev/xvda',
    { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
    { DeviceName: '/dev/sdc', NoDevice: '' },
    ebs('/dev/sdf', 'st1', 500),
    ebs('/dev/xvda', 'gp2', 12),
  )
  expect(found).toEqual({
    rootDevice: '/dev/xvda',
    disks: [
      { device: '/dev/sdf', gib: 500, imageType: 'st1' },
      { device: '/dev/xvda', gib: 12, imageType: 'gp2' },
    ],
  })
  expect([leastRootGib(found), dataGibOf(found)]).toEqual([12, 500])
})

const launch: Omit<Launch, 'disks'> = {
  ...{ clientToken: 't', count: 1, fewest: 1, capacityType: 'on-demand', imageId: 'ami-1', hopLimit: 1 },
  ...{ instanceType: 't3.large', subnetId: 'subnet-1', securityGroupId: 'sg-1', instanceProfile: 'p' },
  ...{ userData: '', tags: {} },
}
const OURS = { VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true }
const BASELINE = { Iops: 3000, Throughput: 125 }

test.each<[string, ReturnType<typeof image>, object[]]>([
  [
    'a root of gp3',
    image('/dev/sda1', ebs('/dev/sda1', 'gp3', 8)),
    [{ DeviceName: '/dev/sda1', Ebs: { ...OURS, VolumeSize: 30 } }],
  ],
  [
    'a root of another type, whose IOPS EC2 would keep',
    image('/dev/xvda', ebs('/dev/xvda', 'io2', 8)),
    [{ DeviceName: '/dev/xvda', Ebs: { ...OURS, ...BASELINE, VolumeSize: 30 } }],
  ],
  [
    'data disks, as large as the image has them',
    image(
      '/dev/sda1',
      ebs('/dev/sdb', 'gp2', 40),
      ebs('/dev/sda1', 'gp3', 8),
      ebs('/dev/sdc', 'io2', 10),
      ebs('/dev/sdd', 'gp3', 5),
    ),
    [
      { DeviceName: '/dev/sda1', Ebs: { ...OURS, VolumeSize: 30 } },
      { DeviceName: '/dev/sdb', Ebs: { ...OURS, ...BASELINE, VolumeSize: 40 } },
      { DeviceName: '/dev/sdc', Ebs: { ...OURS, ...BASELINE, VolumeSize: 10 } },
      { DeviceName: '/dev/sdd', Ebs: { ...OURS, VolumeSize: 5 } },
    ],
  ],
  [
    'a disk of which no size is known',
    image('/dev/sda1', { DeviceName: '/dev/sdb', Ebs: { VolumeType: 'gp3' } }),
    [
      { DeviceName: '/dev/sda1', Ebs: { ...OURS, ...BASELINE, VolumeSize: 30 } },
      { DeviceName: '/dev/sdb', Ebs: OURS },
    ],
  ],
])('a launch asks for %s', (_, disks, mappings) => {
  const request = launchRequest({ ...launch, disks: machineDisks(disks, 30) })
  expect(request.BlockDeviceMappings).toEqual(mappings)
})
