import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'

/** What a launch may say inside its structured parameters; anything else would be ignored, so it is refused. */
const KNOWN = {
  Placement: ['AvailabilityZone'],
  MetadataOptions: ['HttpTokens', 'HttpEndpoint', 'HttpPutResponseHopLimit', 'InstanceMetadataTags'],
  NetworkInterfaces: [
    'AssociatePublicIpAddress',
    'DeleteOnTermination',
    'Description',
    'DeviceIndex',
    'Groups',
    'SubnetId',
  ],
  InstanceMarketOptions: ['MarketType', 'SpotOptions'],
  SpotOptions: ['InstanceInterruptionBehavior', 'SpotInstanceType'],
  BlockDeviceMappings: ['DeviceName', 'Ebs'],
  Ebs: ['DeleteOnTermination', 'Encrypted', 'Iops', 'Throughput', 'VolumeSize', 'VolumeType'],
} as const

/** @throws AwsFault naming what the local cloud doesn't have */
export function refuseNested(input: RunInstancesRequest): void {
  refuseOthers('Placement', input.Placement)
  refuseOthers('MetadataOptions', input.MetadataOptions)
  refuseMarket(input)
  for (const mapping of input.BlockDeviceMappings ?? []) {
    refuseOthers('BlockDeviceMappings', mapping)
    refuseOthers('Ebs', mapping.Ebs)
  }
  if (input.MetadataOptions?.HttpEndpoint === 'disabled')
    throw new AwsFault('UnsupportedOperation', 'the local cloud cannot switch instance metadata off')
  refuseInterfaces(input)
}

/** Only what ends by itself: a persistent request would launch anew for ever. */
function refuseMarket({ InstanceMarketOptions: options }: RunInstancesRequest): void {
  refuseOthers('InstanceMarketOptions', options)
  refuseOthers('SpotOptions', options?.SpotOptions)
  if (options && options.MarketType !== 'spot')
    throw new AwsFault('UnsupportedOperation', 'the local cloud has no market but spot')
  if (options?.SpotOptions?.SpotInstanceType === 'persistent')
    throw new AwsFault('UnsupportedOperation', 'the local cloud has no persistent spot requests')
}

function refuseOthers(name: keyof typeof KNOWN, members: object | undefined): void {
  const known: readonly string[] = KNOWN[name]
  const other = Object.entries(members ?? {}).find(
    ([key, value]) => value !== undefined && !known.includes(key),
  )
  if (other)
    throw new AwsFault(
      'UnsupportedOperation',
      `the local cloud does not know ${name}.${other[0]} of RunInstances`,
    )
}

function refuseInterfaces(input: RunInstancesRequest): void {
  const [first, ...more] = input.NetworkInterfaces ?? []
  if (!first) return
  refuseOthers('NetworkInterfaces', first)
  if (more.length > 0 || (first.DeviceIndex ?? 0) !== 0)
    throw new AwsFault('UnsupportedOperation', 'the local cloud gives a machine one network interface')
  if (input.SubnetId ?? input.SecurityGroupIds?.length ?? input.SecurityGroups?.length)
    throw new AwsFault(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    )
}
