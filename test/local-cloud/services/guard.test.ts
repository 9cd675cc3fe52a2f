import { expect, test } from '@jest/globals'
import { refusal, startCloud } from './start-cloud.ts'

test('a throttled call does nothing; a call that fails after its work has done it', async () => {
  const cloud = startCloud()
  cloud.world.faults.inject({ name: 'throttle:RunInstances', count: 1 })
  await expect(cloud.launch()).rejects.toMatchObject({ code: 'RequestLimitExceeded', status: 503 })
  expect(cloud.world.instances.size).toBe(0)
  cloud.world.faults.inject({ name: 'error-after:RunInstances', count: 1 })
  await expect(cloud.launch()).rejects.toMatchObject({ code: 'InternalError', status: 500 })
  expect(cloud.world.instances.size).toBe(1)
  expect(cloud.world.calls.get('ec2:RunInstances')).toBe(2)
})

test('a parameter that is not honoured is refused by name', async () => {
  const cloud = startCloud()
  await expect(cloud.launch({ HibernationOptions: { Configured: true } })).rejects.toThrow(
    'the local cloud does not know HibernationOptions of ec2:RunInstances',
  )
})

test('another region is refused by name', async () => {
  const { handlers } = startCloud()
  const call = { service: 'ec2', operation: 'DescribeVpcs', region: 'us-east-1' } as const
  const asked = handlers.ec2?.['DescribeVpcs']?.(
    {},
    { ...call, accessKeyId: undefined, sourceAddress: undefined, requestId: '' },
  )
  expect(await refusal(Promise.resolve(asked))).toBe('OptInRequired')
})
