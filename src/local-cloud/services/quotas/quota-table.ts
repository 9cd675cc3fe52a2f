import type { World } from '../../world/world.ts'

/** A quota of the account, under AWS's own names and codes. */
export interface Quota {
  serviceCode: string
  serviceName: string
  code: string
  name: string
  /** The local cloud's own default. Only that of VPCs is AWS's, and refuses calls. */
  value: number
}

const EC2 = { serviceCode: 'ec2', serviceName: 'Amazon Elastic Compute Cloud (Amazon EC2)' }
const ELB = { serviceCode: 'elasticloadbalancing', serviceName: 'Elastic Load Balancing (ELB)' }
const VPC = { serviceCode: 'vpc', serviceName: 'Amazon Virtual Private Cloud (Amazon VPC)' }

export const QUOTAS: readonly Quota[] = [
  {
    ...EC2,
    code: 'L-1216C47A',
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    value: 4096,
  },
  { ...ELB, code: 'L-69A177A2', name: 'Network Load Balancers per Region', value: 50 },
  { ...ELB, code: 'L-B22855CB', name: 'Target Groups per Region', value: 3000 },
  { ...VPC, code: 'L-F678F1CE', name: 'VPCs per Region', value: 5 },
  { ...VPC, code: 'L-E79EC296', name: 'VPC security groups per Region', value: 2500 },
]

/** What the account was granted, or the default; nothing where there is no such quota. */
export const quotaOf = ({ quotas }: World, code: string): number =>
  quotas.get(code) ?? QUOTAS.find((quota) => quota.code === code)?.value ?? 0
