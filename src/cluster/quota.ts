/** A quota of an account in a region, as Service Quotas knows it. */
export interface QuotaName {
  readonly serviceCode: string
  readonly code: string
  readonly name: string
}

/** A quota, and what a run would make of it. */
export interface QuotaUse extends QuotaName {
  readonly value: number
  readonly used: number
  readonly needed: number
  readonly passed: boolean
}

const vcpus = (code: string, name: string): QuotaName => ({
  serviceCode: 'ec2',
  code,
  name: `vCPUs of running on-demand ${name} instances`,
})

const STANDARD = vcpus('L-1216C47A', 'standard (A, C, D, H, I, M, R, T, Z)')
const ACCELERATED = vcpus('L-DB2E81BA', 'G and VT')

/** By family: the letters before an instance type's first digit. Families that are not here have quotas that are not looked at. */
const VCPUS: Readonly<Record<string, QuotaName>> = {
  ...Object.fromEntries([...'acdhimrtz', 'im', 'is'].map((family) => [family, STANDARD])),
  g: ACCELERATED,
  vt: ACCELERATED,
  f: vcpus('L-74FC7D96', 'F'),
  inf: vcpus('L-1945791B', 'Inf'),
  p: vcpus('L-417A185B', 'P'),
  x: vcpus('L-7295265B', 'X'),
}

/** The quota that an on-demand instance of this type counts for, by vCPUs; undefined where it is not known here. */
export function vcpuQuota(instanceType: string): QuotaName | undefined {
  return VCPUS[/^[a-z]+/.exec(instanceType)?.[0] ?? '']
}

/** Quotas of what a cluster has one or two of. */
export const QUOTAS = {
  balancers: {
    serviceCode: 'elasticloadbalancing',
    code: 'L-69A177A2',
    name: 'network load balancers',
  },
  targetGroups: { serviceCode: 'elasticloadbalancing', code: 'L-B22855CB', name: 'target groups' },
  vpcs: { serviceCode: 'vpc', code: 'L-F678F1CE', name: 'VPCs' },
  securityGroups: { serviceCode: 'vpc', code: 'L-E79EC296', name: 'security groups' },
} as const satisfies Record<string, QuotaName>

export const quotaUse = (quota: QuotaName, value: number, used: number, needed: number): QuotaUse => ({
  ...quota,
  value,
  used,
  needed,
  // What is passed already is no fault of a run that adds nothing.
  passed: needed > 0 && used + needed > value,
})

/** vCPUs by quota of a number of instances by type. `cpus` says how many one of each type has. */
export function vcpusByQuota(
  instances: ReadonlyMap<string, number>,
  cpus: ReadonlyMap<string, number>,
): Map<QuotaName, number> {
  const sum = new Map<QuotaName, number>()
  for (const [type, count] of instances) {
    const quota = vcpuQuota(type)
    if (quota) sum.set(quota, (sum.get(quota) ?? 0) + count * (cpus.get(type) ?? 0))
  }
  return sum
}
