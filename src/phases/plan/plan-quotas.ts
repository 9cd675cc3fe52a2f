import { quotasClient } from '../../aws/clients.ts'
import { awsCode } from '../../aws/errors.ts'
import { readQuota } from '../../aws/quotas.ts'
import type { NewThings } from '../../cluster/new-things.ts'
import type { PlannedMachines } from '../../cluster/plan.ts'
import { type QuotaName, type QuotaUse, quotaUse } from '../../cluster/quota.ts'
import { messageOf } from '../../kit/errors.ts'
import type { Context } from '../context.ts'
import { type Addition, otherAdditions, vcpuAdditions } from './quota-additions.ts'

/** The quotas that a run adds to, and why some of them, or all, can't be told. No quota is ever guessed. */
export type Quotas =
  | { readonly quotas: readonly QuotaUse[]; readonly unknown?: string }
  | { readonly unknown: string }

/** Throws nothing: what can't be asked is said. */
export async function planQuotas(
  { aws }: Pick<Context, 'aws'>,
  { launches, made }: { launches: readonly PlannedMachines[]; made: NewThings },
): Promise<Quotas> {
  const client = quotasClient(aws.region)
  const read = (quota: QuotaName) => readQuota(client, quota)
  const settled = await Promise.allSettled([
    vcpuAdditions(aws, launches, read).then((additions) => Promise.all(additions.map(inUse))),
    ...otherAdditions(aws, made, read).map(async (addition) => [await inUse(addition)]),
  ])
  const quotas = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const reasons = settled.flatMap((one) => (one.status === 'rejected' ? [reasonOf(one.reason)] : []))
  const unknown = [...new Set(reasons)].join('; ')
  if (!unknown) return { quotas }
  return quotas.length ? { quotas, unknown } : { unknown }
}

async function inUse({ quota, needed, used, value }: Addition): Promise<QuotaUse> {
  const [inUseNow, allowed] = await Promise.all([used(), value()])
  return quotaUse(quota, allowed, inUseNow, needed)
}

function reasonOf(error: unknown): string {
  const message = messageOf(error)
  if (awsCode(error) !== 'AccessDenied') return `quotas cannot be read: ${message}`
  const right = /iam:GetAccountSummary/.exec(message)?.[0]
  return right
    ? `the role of this job may not read IAM’s quotas: allow ${right}`
    : 'the role of this job may not read quotas: allow servicequotas:GetServiceQuota and servicequotas:GetAWSDefaultServiceQuota'
}
