import { INSTANCE_TYPES, type InstanceType } from '../../world/instance-type.ts'

/** A product of the price list, with its one on-demand price. */
export interface Product {
  serviceCode: string
  family: string
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

/** Everything that a cluster of that region is charged for, and its neighbours in the list. */
export const products = (region: string): Product[] => [
  ...INSTANCE_TYPES.map((type) => instance(type, region)),
  gp3(region),
  balancer(region, 'LoadBalancerUsage', 'Hrs', USD_PER_BALANCER_HOUR),
  balancer(region, 'LCUUsage', 'LCU-Hrs', USD_PER_LCU_HOUR),
]
