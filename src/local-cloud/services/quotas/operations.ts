import { type Operation, operation } from '../cloud.ts'
import { getAwsDefaultServiceQuota, getServiceQuota, listServiceQuotas } from './quotas.ts'

export const quotasOperations: Readonly<Record<string, Operation>> = {
  GetServiceQuota: operation(getServiceQuota, ['QuotaCode', 'ServiceCode']),
  GetAWSDefaultServiceQuota: operation(getAwsDefaultServiceQuota, ['QuotaCode', 'ServiceCode']),
  ListServiceQuotas: operation(listServiceQuotas, ['MaxResults', 'NextToken', 'ServiceCode']),
}
