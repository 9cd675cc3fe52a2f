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
  expect(Quotas.map(({ Value }: { Value: number }) => Value)).toEqual([5, 4096])
})

test('what is not there is refused', async () => {
  const { call } = startCloud()
  const unknown = { ...vcpus, QuotaCode: 'L-00000000' }
  expect(await refusal(call('servicequotas', 'GetServiceQuota', unknown))).toBe('NoSuchResourceException')
  expect(await refusal(call('servicequotas', 'ListServiceQuotas', { ServiceCode: 's3' }))).toBe(
    'NoSuchResourceException',
  )
})

test('IAM tells its own quotas, and holds to them', async () => {
  const { call, world, createProfile } = startCloud()
  await createProfile('first')
  const { SummaryMap: map } = await call('iam', 'GetAccountSummary', {})
  expect(map).toMatchObject({ Roles: 1, RolesQuota: 1000, InstanceProfiles: 1, InstanceProfilesQuota: 1000 })
  world.quotas.set('L-6E65F664', 1)
  const another = { InstanceProfileName: 'second' }
  expect(await refusal(call('iam', 'CreateInstanceProfile', another))).toBe('LimitExceeded')
  world.quotas.set('L-6E65F664', 2)
  await call('iam', 'CreateInstanceProfile', another)
})
