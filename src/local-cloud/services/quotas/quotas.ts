import type {
  GetAWSDefaultServiceQuotaRequest,
  GetServiceQuotaRequest,
  ListServiceQuotasRequest,
  ServiceQuota,
} from '@aws-sdk/client-service-quotas'
import { AwsFault } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { QUOTAS, type Quota } from './quota-table.ts'

/** What the account was granted, or the default. @throws AwsFault NoSuchResourceException */
export function getServiceQuota({ world }: Cloud, input: GetServiceQuotaRequest) {
  const quota = find(input)
  return { Quota: view(world, quota, world.quotas.get(quota.code) ?? quota.value) }
}

/** @throws AwsFault NoSuchResourceException */
export function getAwsDefaultServiceQuota({ world }: Cloud, input: GetAWSDefaultServiceQuotaRequest) {
  const quota = find(input)
  return { Quota: view(world, quota, quota.value) }
}

/** @throws AwsFault NoSuchResourceException */
export function listServiceQuotas({ world }: Cloud, input: ListServiceQuotasRequest) {
  const found = QUOTAS.filter(({ serviceCode }) => serviceCode === input.ServiceCode)
  if (found.length === 0) throw missing(`The request failed because the specified service does not exist.`)
  const page = paginate(found, input.MaxResults, input.NextToken, 'InvalidPaginationTokenException')
  const quotas = page.items.map((quota) => view(world, quota, world.quotas.get(quota.code) ?? quota.value))
  return { Quotas: quotas, NextToken: page.next }
}

function find({ ServiceCode, QuotaCode }: GetServiceQuotaRequest): Quota {
  const quota = QUOTAS.find(({ serviceCode, code }) => serviceCode === ServiceCode && code === QuotaCode)
  if (quota) return quota
  throw missing('The request failed because the specified quota does not exist.')
}

const missing = (message: string) => new AwsFault('NoSuchResourceException', message)

const view = ({ region, account }: World, quota: Quota, value: number): ServiceQuota => ({
  ServiceCode: quota.serviceCode,
  ServiceName: quota.serviceName,
  QuotaArn: `arn:aws:servicequotas:${region}:${account}:${quota.serviceCode}/${quota.code}`,
  QuotaCode: quota.code,
  QuotaName: quota.name,
  Value: value,
  Unit: 'None',
  Adjustable: true,
  GlobalQuota: false,
})
