import { expect, test } from '@jest/globals'
import { refusal, startCloud } from './start-cloud.ts'

type Cloud = ReturnType<typeof startCloud>

const put = (cloud: Cloud, Name: string, more: object = {}) =>
  cloud.call('ssm', 'PutParameter', { Name, Value: 'v', Type: 'String', ...more })

test.each([
  ['a reserved prefix', { Name: '/aws/x' }, 'ValidationException'],
  ['levels without a leading slash', { Name: 'a/b' }, 'ValidationException'],
  ['too many levels', { Name: '/a'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
  ['a name that is taken', { Name: '/taken' }, 'ParameterAlreadyExists'],
  ['tags with overwrite', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }, 'ValidationException'],
  ['a nested parameter', { Value: 'x {{ y }}' }, 'ValidationException'],
  ['more than 4 KB', { Value: 'x'.repeat(4097) }, 'ValidationException'],
  ['more than 8 KB', { Value: 'x'.repeat(8193), Tier: 'Advanced' }, 'ValidationException'],
  ['a policy in the standard tier', { Policies: '[{"Type":"Expiration"}]' }, 'ValidationException'],
  [
    'an unknown policy',
    { Policies: '[{"Type":"NoChange"}]', Tier: 'Advanced' },
    'InvalidPolicyTypeException',
  ],
  ['a key for a plain string', { KeyId: 'alias/aws/ssm' }, 'ValidationException'],
])('PutParameter refuses %s', async (_, more, code) => {
  const cloud = startCloud()
  await put(cloud, '/taken')
  expect(await refusal(put(cloud, '/new', more))).toBe(code)
})

test('a SecureString is read only by who asks for decryption', async () => {
  const cloud = startCloud()
  await put(cloud, '/c/token', { Type: 'SecureString', Value: 'secret' })
  const read = async (WithDecryption: boolean): Promise<string> =>
    (await cloud.call('ssm', 'GetParameter', { Name: '/c/token', WithDecryption })).Parameter.Value
  expect(await read(true)).toBe('secret')
  expect(await read(false)).not.toContain('secret')
})

test('overwriting counts versions and keeps tags; deleting forgets both', async () => {
  const cloud = startCloud()
  const tags = async () =>
    (await cloud.call('ssm', 'ListTagsForResource', { ResourceType: 'Parameter', ResourceId: '/a' })).TagList
  await put(cloud, '/a', { Tags: [{ Key: 'k', Value: 'v' }] })
  expect((await put(cloud, '/a', { Overwrite: true })).Version).toBe(2)
  expect(await tags()).toEqual([{ Key: 'k', Value: 'v' }])
  const deleted = await cloud.call('ssm', 'DeleteParameters', { Names: ['/a', '/b'] })
  expect(deleted).toEqual({ DeletedParameters: ['/a'], InvalidParameters: ['/b'] })
  await put(cloud, '/a')
  expect(await tags()).toEqual([])
})

test('a path shows one level or all, ten at a time', async () => {
  const cloud = startCloud()
  await Promise.all(Array.from({ length: 11 }, (_, index) => put(cloud, `/c/${index}`)))
  await put(cloud, '/c/deep/one')
  await put(cloud, '/cc/other')
  const page = async (input: object) => {
    const found = await cloud.call('ssm', 'GetParametersByPath', { Path: '/c', ...input })
    return [found.Parameters.length, found.NextToken] as const
  }
  const [count, token] = await page({ Recursive: true })
  expect(count).toBe(10)
  expect(await page({ Recursive: true, NextToken: token })).toEqual([2, undefined])
  const listed = await cloud.call('ssm', 'DescribeParameters', {
    ParameterFilters: [{ Key: 'Path', Option: 'Recursive', Values: ['/c'] }],
  })
  expect(listed.Parameters).toHaveLength(12)
})

test('a parameter whose expiration has passed is gone', async () => {
  const cloud = startCloud()
  const expiring = (Timestamp: string) =>
    JSON.stringify([{ Type: 'Expiration', Version: '1.0', Attributes: { Timestamp } }])
  await put(cloud, '/old', { Tier: 'Advanced', Policies: expiring('2020-01-01T00:00:00Z') })
  await put(cloud, '/new', { Tier: 'Advanced', Policies: expiring('2999-01-01T00:00:00Z') })
  const found = await cloud.call('ssm', 'GetParameters', { Names: ['/old', '/new'] })
  expect(found.InvalidParameters).toEqual(['/old'])
})

test('the public parameters name images that can be launched', async () => {
  const cloud = startCloud()
  const names = [
    '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
    '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
  ]
  const { Parameters: found } = await cloud.call('ssm', 'GetParameters', { Names: names })
  const ImageIds = found.map(({ Value }: { Value: string }) => Value)
  const { Images: images } = await cloud.call('ec2', 'DescribeImages', { ImageIds })
  expect(images.map(({ RootDeviceName: root }: { RootDeviceName: string }) => root)).toEqual([
    '/dev/sda1',
    '/dev/xvda',
  ])
})
