import { overlap, rangeSize } from './cidr.ts'
import { cidr, count, flag, list, text } from './values.ts'

// Each subnet is a sixteenth of the VPC, and AWS has neither VPCs beyond /16 nor subnets below /28.
const [LARGEST, SMALLEST] = [16, 24]

/** Settings of what the machines are connected by. */
export const networkInputs = {
  'vpc-id': text(/^vpc-[0-9a-f]{8,17}$/, 'write a VPC id: vpc-…')
    .optional()
    .describe('VPC to use. Default: that of subnet-ids, else the default VPC of the region.'),
  'subnet-ids': list((id) => (/^subnet-[0-9a-f]{8,17}$/.test(id) ? undefined : `"${id}" is not a subnet id`))
    .prefault('')
    .describe('Subnets to use, one a zone, all of one VPC. Default: one subnet of each zone of the VPC.'),
  'create-vpc': flag
    .prefault('false')
    .describe(
      'Make a VPC for the cluster instead, with a public subnet in each of three zones (more with min-zones). It goes with the cluster.',
    ),
  'vpc-cidr': cidr
    .refine((range) => rangeSize(range) >= LARGEST && rangeSize(range) <= SMALLEST, {
      error: `write a range from /${LARGEST} to /${SMALLEST}: each zone gets a sixteenth of it`,
    })
    .prefault('10.40.0.0/16')
    .describe('Range of the VPC that create-vpc makes.'),
  'create-endpoints': flag
    .prefault('false')
    .describe(
      'In private subnets without a way to the internet, make the VPC endpoints that the SSM agent needs and the VPC lacks. They go with the cluster.',
    ),
  'min-zones': count(1, 6, 'zones')
    .prefault('3')
    .describe(
      'Fewest zones that several servers are spread over: with fewer than 3, the loss of one zone may end the cluster. Fewer subnets are an error before anything is made.',
    ),
}

interface NetworkSettings {
  'vpc-id'?: string | undefined
  'subnet-ids'?: readonly string[] | undefined
  'create-vpc'?: boolean
  'vpc-cidr'?: string
  'create-endpoints'?: boolean
  'cluster-cidr'?: string
  'service-cidr'?: string
}

/** What of the network's settings contradicts itself. Settings that have a fault of their own may be missing here. */
export function networkContradictions(settings: NetworkSettings): { input: string; message: string }[] {
  if (!settings['create-vpc']) return []
  const { 'vpc-id': vpcId, 'subnet-ids': subnetIds, 'vpc-cidr': own } = settings
  const named = [...(vpcId ? ['vpc-id'] : []), ...(subnetIds?.length ? ['subnet-ids'] : [])]
  const shared = (['cluster-cidr', 'service-cidr'] as const).filter((name) => {
    const range = settings[name]
    return own !== undefined && range !== undefined && overlap(own, range)
  })
  return [
    ...(named.length
      ? [
          {
            input: 'create-vpc',
            message: `a VPC is made or named, not both: leave ${named.join(' and ')} out`,
          },
        ]
      : []),
    ...(settings['create-endpoints']
      ? [
          {
            input: 'create-endpoints',
            message:
              'the VPC that create-vpc makes has public subnets, which need no endpoints: leave it out',
          },
        ]
      : []),
    ...shared.map((name) => ({
      input: 'vpc-cidr',
      message: `${own} overlaps ${name} ${settings[name]}: nodes could not be told from pods or services; choose another, such as 10.40.0.0/16`,
    })),
  ]
}
