import { expect, test } from '@jest/globals'
import { refusal, startCloud } from './start-cloud.ts'

const vcpus = { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' }

test('an account has the default until it is granted something else', async () => {
  const { call, world } = startCloud()
  const valueBy = async (operation: string) => (await call('servicequotas', operation, vcpus)).Quota.Value
  const before = await valueBy('GetServiceQuota')
  world.quotas.set('L-1216C47A', 5)
  expect(await valueBy('GetServiceQuota')).toBe(5)
  expect(await valueBy('GetAWSDefaultServiceQuota')).toBe(before)
  const { Quotas } = await call('servicequotas', 'ListServiceQuotas', { ServiceCode: 'ec2' })
  expect(Quotas.map(({ Value }: { Value: number }) => Value)).toEqual([5])
})

test('what is not there is refused', async () => {
  const { call } = startCloud()
  const unknown = { ...vcpus, QuotaCode: 'L-00000000' }
  expect(await refusal(call('servicequotas', 'GetServiceQuota', unknown))).toBe('NoSuchResourceException')
  expect(await refusal(call('servicequotas', 'ListServiceQuotas', { ServiceCode: 's3' }))).toBe(
    'NoSuchResourceException',
  )
})
