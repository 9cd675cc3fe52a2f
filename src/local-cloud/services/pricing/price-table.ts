import { INSTANCE_TYPES, type InstanceType } from '../../world/instance-type.ts'

/** A product of the price list, with its one on-demand price. */
export interface Product {
  serviceCode: string
  /** Some products have none. */
  family: string | undefined
  attributes: Readonly<Record<string, string>>
  unit: string
  usd: number
}

// The local cloud's own figures, round so that nobody takes them for AWS's prices.
const USD_PER_CPU_HOUR = 0.04
const USD_PER_GIB_HOUR = 0.005
const USD_PER_GP3_GB_MONTH = 0.1
const USD_PER_BALANCER_HOUR = 0.03
const USD_PER_LCU_HOUR = 0.01
const USD_PER_ADDRESS_HOUR = 0.006
const USD_PER_BLOCK_ADDRESS_HOUR = 0.009
const USD_PER_ENDPOINT_HOUR = 0.02
const USD_PER_ENDPOINT_GB = 0.03

/** Attributes under the names that AWS's price list gives them, as far as they tell one product from another. */
const instance = (type: InstanceType, regionCode: string): Product => ({
  serviceCode: 'AmazonEC2',
  family: 'Compute Instance',
  attributes: {
    instanceType: type.name,
    regionCode,
    locationType: 'AWS Region',
    operatingSystem: 'Linux',
    preInstalledSw: 'NA',
    tenancy: 'Shared',
    capacitystatus: 'Used',
    operation: 'RunInstances',
    vcpu: String(type.cpus),
    memory: `${type.memoryMib / 1024} GiB`,
    usagetype: `BoxUsage:${type.name}`,
  },
  unit: 'Hrs',
  usd: type.cpus * USD_PER_CPU_HOUR + (type.memoryMib / 1024) * USD_PER_GIB_HOUR,
})

const gp3 = (regionCode: string): Product => ({
  serviceCode: 'AmazonEC2',
  family: 'Storage',
  attributes: {
    regionCode,
    locationType: 'AWS Region',
    volumeApiName: 'gp3',
    volumeType: 'General Purpose',
    usagetype: 'EBS:VolumeUsage.gp3',
  },
  unit: 'GB-Mo',
  usd: USD_PER_GP3_GB_MONTH,
})

const balancer = (regionCode: string, usagetype: string, unit: string, usd: number): Product => ({
  serviceCode: 'AWSELB',
  family: 'Load Balancer-Network',
  attributes: { regionCode, locationType: 'AWS Region', operation: 'LoadBalancing:Network', usagetype },
  unit,
  usd,
})

/** How usage types of a region begin where they begin with a region at all. What is not here is a word of the local cloud's own. */
const REGION_WORDS: Readonly<Record<string, string>> = {
  'us-east-1': 'USE1',
  'us-west-2': 'USW2',
  'eu-west-1': 'EU',
  'eu-central-1': 'EUC1',
}

interface Usage {
  usagetype: string
  unit: string
  usd: number
}

const ofVpc = (
  regionCode: string,
  family: string | undefined,
  { usagetype, unit, usd }: Usage,
  more: Readonly<Record<string, string>>,
): Product => ({
  serviceCode: 'AmazonVPC',
  family,
  attributes: {
    ...{ regionCode, locationType: 'AWS Region', ...more },
    usagetype: `${REGION_WORDS[regionCode] ?? regionCode.replaceAll('-', '').toUpperCase()}-${usagetype}`,
  },
  unit,
  usd,
})

function address(regionCode: string, kind: string, usd: number): Product {
  const usage = { usagetype: `PublicIPv4:${kind}`, unit: 'Hrs', usd }
  return ofVpc(regionCode, undefined, usage, { group: 'VPCPublicIPv4Address' })
}

const endpoint = (regionCode: string, usage: Usage): Product =>
  ofVpc(regionCode, 'VpcEndpoint', usage, { operation: 'VpcEndpoint', endpointType: 'PrivateLink' })

/** Everything that a cluster of that region is charged for, and its neighbours in the list. */
export const products = (region: string): Product[] => [
  ...INSTANCE_TYPES.map((type) => instance(type, region)),
  gp3(region),
  balancer(region, 'LoadBalancerUsage', 'Hrs', USD_PER_BALANCER_HOUR),
  balancer(region, 'LCUUsage', 'LCU-Hrs', USD_PER_LCU_HOUR),
  address(region, 'InUseAddress', USD_PER_ADDRESS_HOUR),
  address(region, 'IdleAddress', USD_PER_ADDRESS_HOUR),
  address(region, 'ContiguousBlock', USD_PER_BLOCK_ADDRESS_HOUR),
  endpoint(region, { usagetype: 'VpcEndpoint-Hours', unit: 'Hrs', usd: USD_PER_ENDPOINT_HOUR }),
  endpoint(region, { usagetype: 'VpcEndpoint-Bytes', unit: 'GB', usd: USD_PER_ENDPOINT_GB }),
]
