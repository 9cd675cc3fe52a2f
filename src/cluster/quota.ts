import type { CapacityType } from './capacity-ladder.ts'

/** A quota of an account, as Service Quotas knows it. */
export interface QuotaName {
  readonly serviceCode: string
  readonly code: string
  readonly name: string
  /** What a user may do instead of asking AWS for more. */
  readonly instead: string
}

/** A quota, and what a run would make of it. */
export interface QuotaUse extends QuotaName {
  readonly value: number
  readonly used: number
  readonly needed: number
  readonly passed: boolean
}

const INSTEAD: Readonly<Record<CapacityType, string>> = {
  'on-demand': 'choose smaller machines in server-instance-type and agent-instance-type, or fewer agents',
  spot: 'set agent-capacity-type to on-demand, or choose smaller machines in agent-instance-type, or fewer agents',
}

/** Both quotas of a class of instance types. */
const vcpus = (name: string, onDemand: string, spot: string): Record<CapacityType, QuotaName> => {
  const of = (market: CapacityType, code: string): QuotaName => ({
    ...{ serviceCode: 'ec2', code, instead: INSTEAD[market] },
    name: `vCPUs of running ${market} ${name} instances`,
  })
  return { 'on-demand': of('on-demand', onDemand), spot: of('spot', spot) }
}

const STANDARD = vcpus('standard (A, C, D, H, I, M, R, T, Z)', 'L-1216C47A', 'L-34B43A08')
const ACCELERATED = vcpus('G and VT', 'L-DB2E81BA', 'L-3819A6DF')

/** By family: the letters before an instance type's first digit. Families that are not here have quotas that are not looked at. */
const VCPUS: Readonly<Record<string, Record<CapacityType, QuotaName>>> = {
  ...Object.fromEntries([...'acdhimrtz', 'im', 'is'].map((family) => [family, STANDARD])),
  g: ACCELERATED,
  vt: ACCELERATED,
  f: vcpus('F', 'L-74FC7D96', 'L-88CF9481'),
  inf: vcpus('Inf', 'L-1945791B', 'L-B5D1601B'),
  p: vcpus('P', 'L-417A185B', 'L-7212CCBC'),
  x: vcpus('X', 'L-7295265B', 'L-E3A00192'),
}

/** The quota that an instance of this type counts for, by vCPUs; undefined where it is not known here. */
export function vcpuQuota(instanceType: string, market: CapacityType): QuotaName | undefined {
  return VCPUS[/^[a-z]+/.exec(instanceType)?.[0] ?? '']?.[market]
}

const CLEAN = 'take clusters away that nobody needs'
const NAMED_VPC = 'name a VPC of yours in vpc-id or subnet-ids instead of create-vpc'
const NAMED_PROFILE = 'name an instance profile of yours in instance-profile'

/** Quotas of what a cluster has few of, and of its disks. */
export const QUOTAS = {
  balancers: {
    ...{ serviceCode: 'elasticloadbalancing', code: 'L-69A177A2' },
    ...{ name: 'network load balancers', instead: CLEAN },
  },
  targetGroups: {
    ...{ serviceCode: 'elasticloadbalancing', code: 'L-B22855CB' },
    ...{ name: 'target groups', instead: CLEAN },
  },
  vpcs: { serviceCode: 'vpc', code: 'L-F678F1CE', name: 'VPCs', instead: NAMED_VPC },
  gateways: { serviceCode: 'vpc', code: 'L-A4707A72', name: 'internet gateways', instead: NAMED_VPC },
  securityGroups: {
    ...{ serviceCode: 'vpc', code: 'L-E79EC296' },
    ...{ name: 'security groups', instead: 'delete those that nobody needs' },
  },
  rules: {
    ...{ serviceCode: 'vpc', code: 'L-0EA8095F' },
    name: 'inbound rules of a security group',
    instead: 'name fewer or wider ranges in allowed-cidrs: each is two rules, one a port',
  },
  interfaceEndpoints: {
    ...{ serviceCode: 'vpc', code: 'L-29B6F2EB' },
    name: 'interface endpoints of the VPC',
    instead: 'use those of the VPC, or a NAT gateway, instead of create-endpoints',
  },
  gatewayEndpoints: {
    ...{ serviceCode: 'vpc', code: 'L-1B52E74A' },
    name: 'gateway endpoints',
    instead: 'use one of the VPC, or a NAT gateway, instead of create-endpoints',
  },
  // Service Quotas counts in TiB.
  gp3: {
    ...{ serviceCode: 'ebs', code: 'L-7A658B76' },
    ...{ name: 'GiB of gp3 volumes', instead: 'choose a smaller volume-size, or fewer agents' },
  },
  roles: { serviceCode: 'iam', code: 'L-FE177D64', name: 'IAM roles', instead: NAMED_PROFILE },
  profiles: { serviceCode: 'iam', code: 'L-6E65F664', name: 'instance profiles', instead: NAMED_PROFILE },
} as const satisfies Record<string, QuotaName>

export const quotaUse = (quota: QuotaName, value: number, used: number, needed: number): QuotaUse => ({
  ...quota,
  value,
  used,
  needed,
  // What is passed already is no fault of a run that adds nothing.
  passed: needed > 0 && used + needed > value,
})

/** Instances by type, bought so. */
export type ByMarket = Readonly<Record<CapacityType, ReadonlyMap<string, number>>>

/** vCPUs by quota of a number of instances by type. `cpus` says how many one of each type has. */
export function vcpusByQuota(instances: ByMarket, cpus: ReadonlyMap<string, number>): Map<QuotaName, number> {
  const sum = new Map<QuotaName, number>()
  for (const market of ['on-demand', 'spot'] as const)
    for (const [type, count] of instances[market]) {
      const quota = vcpuQuota(type, market)
      if (quota) sum.set(quota, (sum.get(quota) ?? 0) + count * (cpus.get(type) ?? 0))
    }
  return sum
}
