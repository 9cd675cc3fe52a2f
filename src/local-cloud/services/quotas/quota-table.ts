import type { World } from '../../world/world.ts'

/** A quota of the account, under AWS's own names and codes. */
export interface Quota {
  serviceCode: string
  serviceName: string
  code: string
  name: string
  /** The local cloud's own default, where AWS documents none for every account. That of VPCs, of roles and of profiles refuses calls. */
  value: number
}

const EC2 = { serviceCode: 'ec2', serviceName: 'Amazon Elastic Compute Cloud (Amazon EC2)' }
const ELB = { serviceCode: 'elasticloadbalancing', serviceName: 'Elastic Load Balancing (ELB)' }
const EBS = { serviceCode: 'ebs', serviceName: 'Amazon Elastic Block Store (Amazon EBS)' }
const IAM = { serviceCode: 'iam', serviceName: 'AWS Identity and Access Management (IAM)' }
const VPC = { serviceCode: 'vpc', serviceName: 'Amazon Virtual Private Cloud (Amazon VPC)' }

export const QUOTAS: readonly Quota[] = [
  {
    ...EC2,
    code: 'L-1216C47A',
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    value: 4096,
  },
  {
    ...EC2,
    code: 'L-34B43A08',
    name: 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests',
    value: 4096,
  },
  {
    ...EBS,
    code: 'L-7A658B76',
    name: 'Storage for General Purpose SSD (gp3) volumes, in TiB',
    value: 50,
  },
  { ...ELB, code: 'L-69A177A2', name: 'Network Load Balancers per Region', value: 50 },
  { ...ELB, code: 'L-B22855CB', name: 'Target Groups per Region', value: 3000 },
  { ...VPC, code: 'L-F678F1CE', name: 'VPCs per Region', value: 5 },
  { ...VPC, code: 'L-A4707A72', name: 'Internet gateways per Region', value: 5 },
  { ...VPC, code: 'L-E79EC296', name: 'VPC security groups per Region', value: 2500 },
  { ...VPC, code: 'L-0EA8095F', name: 'Inbound or outbound rules per security group', value: 60 },
  { ...VPC, code: 'L-29B6F2EB', name: 'Interface VPC endpoints per VPC', value: 50 },
  { ...VPC, code: 'L-1B52E74A', name: 'Gateway VPC endpoints per Region', value: 20 },
  { ...IAM, code: 'L-FE177D64', name: 'Roles per account', value: 1000 },
  { ...IAM, code: 'L-6E65F664', name: 'Instance profiles per account', value: 1000 },
]

/** What the account was granted, or the default; nothing where there is no such quota. */
export const quotaOf = ({ quotas }: World, code: string): number =>
  quotas.get(code) ?? QUOTAS.find((quota) => quota.code === code)?.value ?? 0
