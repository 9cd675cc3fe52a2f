import { expect, test } from '@jest/globals'
import { refusal, startCloud } from './start-cloud.ts'

const ask = { ServiceCode: 'AmazonEC2' }
const filter = (Field: string, Value: string) => ({ Type: 'TERM_MATCH', Field, Value })

function priceList() {
  const { handlers, world, ...cloud } = startCloud()
  const getProducts = (input: object, region = 'eu-central-1', accessKeyId = world.userKey.accessKeyId) =>
    Promise.resolve(
      handlers.pricing?.['GetProducts']?.(input, {
        ...{ service: 'pricing', operation: 'GetProducts', region, requestId: 'r', accessKeyId },
        sourceAddress: undefined,
      }),
    ) as Promise<{ PriceList: string[]; NextToken?: string }>
  return { ...cloud, world, getProducts }
}

test('products match all filters, and say whose figures they are', async () => {
  const { getProducts } = priceList()
  const { PriceList } = await getProducts({
    ...ask,
    Filters: [filter('instanceType', 't3.large'), filter('regionCode', 'eu-west-1')],
  })
  expect(PriceList).toHaveLength(1)
  expect(PriceList[0]).toContain('A figure of the local cloud, not a price of AWS')
  const elsewhere = await getProducts({ ...ask, Filters: [filter('regionCode', 'us-east-1')] })
  expect(elsewhere.PriceList).toEqual([])
  const volumes = await getProducts({ ...ask, Filters: [filter('productFamily', 'Storage')] })
  expect(volumes.PriceList).toHaveLength(1)
})

test('public addresses have a group and no family, and usage types begin with the region', async () => {
  const { getProducts } = priceList()
  const { PriceList } = await getProducts({
    ServiceCode: 'AmazonVPC',
    Filters: [filter('group', 'VPCPublicIPv4Address')],
  })
  const products = PriceList.map((one) => JSON.parse(one).product)
  expect(products.map(({ attributes: { usagetype } }) => usagetype)).toEqual([
    'EU-PublicIPv4:InUseAddress',
    'EU-PublicIPv4:IdleAddress',
    'EU-PublicIPv4:ContiguousBlock',
  ])
  expect(products[0]).not.toHaveProperty('productFamily')
})

test('a long list comes in pages', async () => {
  const { getProducts } = priceList()
  const first = await getProducts({ ...ask, MaxResults: 2 })
  expect(first.PriceList).toHaveLength(2)
  const second = await getProducts({ ...ask, MaxResults: 2, NextToken: first.NextToken })
  expect(second.PriceList).not.toEqual(first.PriceList)
  expect(await refusal(getProducts({ ...ask, NextToken: 'x' }))).toBe('InvalidNextTokenException')
})

test('another endpoint, another kind of filter and a machine without the right are refused', async () => {
  const { getProducts, world, createProfile, launchOne } = priceList()
  expect(await refusal(getProducts(ask, 'eu-west-1'))).toBe('InvalidParameterException')
  const contains = { ...ask, Filters: [{ Type: 'CONTAINS', Field: 'instanceType', Value: 't3' }] }
  expect(await refusal(getProducts(contains))).toBe('InvalidParameterException')
  await createProfile('node')
  await launchOne({ IamInstanceProfile: { Name: 'node' } })
  const [key] = world.keys.keys()
  expect(await refusal(getProducts(ask, 'us-east-1', key))).toBe('AccessDeniedException')
})
