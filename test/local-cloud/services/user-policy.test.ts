import { expect, test } from '@jest/globals'
import { policySchema } from '../../../src/local-cloud/world/policy.ts'
import { startCloud } from './start-cloud.ts'

const only = (...actions: string[]) =>
  policySchema.parse(JSON.stringify({ Statement: { Effect: 'Allow', Action: actions, Resource: '*' } }))

test('with a policy of its own the account’s user may do what it says, and is named in a refusal', async () => {
  const { call } = startCloud({ userPolicy: only('ec2:DescribeInstances', 'ec2:DescribeVpcs') })
  await expect(call('ec2', 'DescribeInstances')).resolves.toMatchObject({ Reservations: [] })
  await expect(call('ec2', 'DescribeSubnets')).rejects.toThrow(
    /User: arn:aws:iam::123456789012:user\/local-cloud is not authorized to perform: ec2:DescribeSubnets on resource: \* /,
  )
  // Needs no right on AWS either.
  await expect(call('sts', 'GetCallerIdentity')).resolves.toMatchObject({ Account: '123456789012' })
})

test('without one it may do everything', async () => {
  await expect(startCloud().call('ec2', 'DescribeSubnets')).resolves.toBeDefined()
})
