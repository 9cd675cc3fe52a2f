import {
  type BlockDeviceMapping,
  DescribeImagesCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { authorityOf } from '../../../src/local-cloud/services/authority.ts'
import { policySchema } from '../../../src/local-cloud/world/policy.ts'
import { startWireServer, type WireServer } from '../wire/wire-server.ts'
import { eventually, refusal, startCloud } from './start-cloud.ts'

const WITH_DATA_DISKS = 'ami-0a1b2c3d4e5f60007'

let wire: WireServer
let cloud: ReturnType<typeof startCloud>
let ec2: EC2Client
beforeAll(async () => {
  cloud = startCloud({ keepOpen: true })
  wire = await startWireServer(cloud.handlers, { authority: authorityOf(cloud.world) })
  const { region, userKey: credentials } = cloud.world
  ec2 = new EC2Client({ endpoint: wire.endpoint, region, credentials, maxAttempts: 1 })
})
afterAll(async () => {
  await wire.close()
  cloud.close()
})

const GP3 = { VolumeType: 'gp3', Iops: 3000 } as const
const LAST = { DeviceName: '/dev/sdc', Ebs: GP3 }

async function launch(...BlockDeviceMappings: BlockDeviceMapping[]): Promise<string> {
  const { Instances: [made] = [] } = await ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: WITH_DATA_DISKS, InstanceType: 't3.large', MinCount: 1, MaxCount: 1 },
      BlockDeviceMappings,
    }),
  )
  return made?.InstanceId ?? ''
}

/** Of a machine: `/dev/sdb 40 gp2`, and whether it is encrypted and goes with the machine. */
async function volumesOf(id: string): Promise<string[]> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [id] }]
  const { Volumes: volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }))
  return volumes.map(({ Attachments: [at] = [], Size: size, VolumeType: type, Encrypted: encrypted }) =>
    [
      at?.Device,
      size,
      type,
      encrypted ? 'encrypted' : 'plain',
      at?.DeleteOnTermination ? 'goes' : 'stays',
    ].join(' '),
  )
}

test('an image tells of all its disks', async () => {
  const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [WITH_DATA_DISKS] }))
  expect(image?.Name).toBe('own-image-with-data-disks')
  expect(image?.BlockDeviceMappings).toMatchObject([
    { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 25, VolumeType: 'gp3', DeleteOnTermination: true } },
    { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 40, VolumeType: 'gp2', DeleteOnTermination: false } },
    { DeviceName: '/dev/sdc', Ebs: { VolumeSize: 10, VolumeType: 'io2', Iops: 1000 } },
  ])
  const snapshots = image?.BlockDeviceMappings?.map(({ Ebs }) => Ebs?.SnapshotId)
  expect(new Set(snapshots).size).toBe(3)
  for (const id of snapshots ?? []) expect(id).toMatch(/^snap-[0-9a-f]{17}$/)
})

test.each<[string, BlockDeviceMapping[], string[]]>([
  [
    'as the image has them, where the launch is silent',
    [],
    ['/dev/sda1 25 gp3 plain goes', '/dev/sdb 40 gp2 plain stays', '/dev/sdc 10 io2 plain goes'],
  ],
  [
    'as the launch says, each by its device',
    [
      { DeviceName: '/dev/sdb', Ebs: { VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true } },
      LAST,
    ],
    ['/dev/sda1 25 gp3 plain goes', '/dev/sdb 40 gp3 encrypted goes', '/dev/sdc 10 gp3 plain goes'],
  ],
  [
    'with one that the launch adds',
    [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 7 } }],
    [
      '/dev/sda1 25 gp3 plain goes',
      '/dev/sdb 40 gp2 plain stays',
      '/dev/sdc 10 io2 plain goes',
      '/dev/sdf 7 gp3 plain stays',
    ],
  ],
])('a machine has volumes %s', async (_, mappings, volumes) => {
  expect(await volumesOf(await launch(...mappings))).toEqual(volumes)
})

test.each<[string, BlockDeviceMapping, string, RegExp]>([
  [
    'a root below its snapshot',
    { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 20 } },
    'InvalidBlockDeviceMapping',
    /^Volume of size 20GB is smaller than {2}snapshot 'snap-[0-9a-f]{17}', expect size >= 25GB$/,
  ],
  [
    'a data disk below its snapshot',
    { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 39 } },
    'InvalidBlockDeviceMapping',
    /expect size >= 40GB$/,
  ],
  [
    'a type that can’t have the image’s IOPS',
    { DeviceName: '/dev/sdc', Ebs: { VolumeType: 'gp3' } },
    'InvalidParameterValue',
    /^Volume iops of 1000 is too low; minimum is 3000\.$/,
  ],
  [
    'a type that has no IOPS to choose',
    { DeviceName: '/dev/sdc', Ebs: { VolumeType: 'gp2' } },
    'InvalidParameterCombination',
    /^The parameter iops is not supported for gp2 volumes\.$/,
  ],
  [
    'a type that must be told its IOPS',
    { DeviceName: '/dev/sdb', Ebs: { VolumeType: 'io2' } },
    'InvalidParameterCombination',
    /^The parameter iops must be specified for io2 volumes\.$/,
  ],
])('a launch is refused for %s', async (_, mapping, name, message) => {
  await expect(launch(mapping)).rejects.toMatchObject({ name, message: expect.stringMatching(message) })
})

test('a volume that is not deleted with its machine stays, and can be deleted', async () => {
  const id = await launch()
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  await eventually(
    () => volumesOf(id),
    (volumes) => volumes.length === 0,
  )
  const left = [...cloud.world.volumes.values()].filter(({ instanceId }) => instanceId === undefined)
  expect(left).toMatchObject([{ device: '/dev/sdb', sizeGib: 40, type: 'gp2' }])
})

test('where unencrypted volumes are forbidden, a disk that only the image names counts too', async () => {
  const userPolicy = policySchema.parse(
    JSON.stringify({
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        {
          Effect: 'Deny',
          Action: 'ec2:RunInstances',
          Resource: 'arn:aws:ec2:*:*:volume/*',
          Condition: { Bool: { 'ec2:Encrypted': 'false' } },
        },
      ],
    }),
  )
  const { launch: ask } = startCloud({ userPolicy })
  const encrypted = (DeviceName: string) => ({ DeviceName, Ebs: { ...GP3, Encrypted: true } })
  const launched = (...devices: string[]) =>
    refusal(ask({ ImageId: WITH_DATA_DISKS, BlockDeviceMappings: devices.map(encrypted), DryRun: true }))
  expect(await launched('/dev/sda1', '/dev/sdb')).toBe('UnauthorizedOperation')
  expect(await launched('/dev/sda1', '/dev/sdb', '/dev/sdc')).toBe('DryRunOperation')
})
