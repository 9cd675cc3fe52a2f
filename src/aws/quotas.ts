import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas'
import type { QuotaName } from '../cluster/quota.ts'
import { unless } from './errors.ts'

/** What the account may have: what it was granted, or AWS's default where Service Quotas knows of no grant. */
export async function readQuota(
  client: ServiceQuotasClient,
  { serviceCode, code }: QuotaName,
): Promise<number> {
  const which = { ServiceCode: serviceCode, QuotaCode: code }
  const granted = await unless(['NoSuchResource'], client.send(new GetServiceQuotaCommand(which)))
  const { Quota: quota } = granted ?? (await client.send(new GetAWSDefaultServiceQuotaCommand(which)))
  if (quota?.Value === undefined) throw new Error(`Service Quotas has no value of ${serviceCode}/${code}`)
  return quota.Value
}
