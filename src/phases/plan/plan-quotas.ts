import { quotasClient } from '../../aws/clients.ts'
import { awsCode } from '../../aws/errors.ts'
import { readQuota } from '../../aws/quotas.ts'
import {
  countBalancing,
  countSecurityGroups,
  countVpcs,
  cpusOfTypes,
  runningByType,
} from '../../aws/usage.ts'
import type { PlannedMachines, PlannedResource } from '../../cluster/plan.ts'
import { QUOTAS, type QuotaName, type QuotaUse, quotaUse, vcpusByQuota } from '../../cluster/quota.ts'
import type { Context } from '../context.ts'

/** The quotas that a run adds to, or why they can't be told. No quota is ever guessed. */
export type Quotas = { readonly quotas: readonly QuotaUse[] } | { readonly unknown: string }

interface Additions {
  readonly launches: readonly PlannedMachines[]
  readonly resources: readonly PlannedResource[]
}

/** Throws nothing: what can't be asked is said. */
export const planQuotas = (context: Context, { launches, resources }: Additions): Promise<Quotas> =>
  readQuotas(context, async () => [
    ...(await machinesOf(context, launches)),
    ...(await othersOf(context, resources)),
  ])

/** The same, of the vCPUs of machines alone. */
export const vcpuQuotas = (context: Context, launches: Additions['launches']): Promise<Quotas> =>
  readQuotas(context, () => machinesOf(context, launches))

async function readQuotas({ aws }: Context, additions: () => Promise<Addition[]>): Promise<Quotas> {
  const client = quotasClient(aws.region)
  const read = async ([quota, used, needed]: Addition) =>
    quotaUse(quota, await readQuota(client, quota), used, needed)
  try {
    return { quotas: await Promise.all((await additions()).map(read)) }
  } catch (error) {
    if (awsCode(error) === 'AccessDenied')
      return {
        unknown:
          'the role of this job may not read quotas: allow servicequotas:GetServiceQuota and servicequotas:GetAWSDefaultServiceQuota',
      }
    return { unknown: `quotas cannot be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}

type Addition = readonly [quota: QuotaName, used: number, needed: number]

async function machinesOf({ aws }: Context, launches: Additions['launches']): Promise<Addition[]> {
  const running = await runningByType(aws.ec2)
  const wanted = new Map<string, number>()
  // Spot machines have quotas of their own.
  for (const { first, count } of launches.filter((launch) => launch.first.capacityType === 'on-demand'))
    wanted.set(first.instanceType, (wanted.get(first.instanceType) ?? 0) + count)
  const cpus = await cpusOfTypes(aws.ec2, [...new Set([...running.keys(), ...wanted.keys()])])
  const used = vcpusByQuota(running, cpus)
  return [...vcpusByQuota(wanted, cpus)].map(([quota, needed]) => [quota, used.get(quota) ?? 0, needed])
}

async function othersOf({ aws, spec }: Context, resources: Additions['resources']): Promise<Addition[]> {
  const [{ balancers, targetGroups }, securityGroups, vpcs] = await Promise.all([
    countBalancing(aws.elb),
    countSecurityGroups(aws.ec2),
    spec.createVpc ? countVpcs(aws.ec2) : 0,
  ])
  const needed = (kind: RegExp) =>
    resources.filter((one) => kind.test(one.kind) && one.change === 'create').length
  return [
    [QUOTAS.balancers, balancers, needed(/^network load balancer/)],
    [QUOTAS.targetGroups, targetGroups, needed(/^target group/)],
    [QUOTAS.securityGroups, securityGroups, needed(/^security group/)],
    ...(spec.createVpc ? [[QUOTAS.vpcs, vpcs, needed(/^VPC$/)] as const] : []),
  ]
}
