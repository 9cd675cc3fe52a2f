import { PricingClient } from '@aws-sdk/client-pricing'
import { afterEach, expect, test } from '@jest/globals'
import { readPrice } from '../../src/aws/prices.ts'
import { chargesOf } from '../../src/cluster/price.ts'
import { startWireServer, testKey } from '../local-cloud/wire/wire-server.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A price list of these entries, two a page, whatever is asked. */
async function listOf(entries: string[]): Promise<PricingClient> {
  const server = await startWireServer({
    pricing: {
      GetProducts: ({ NextToken: token = '0' }) => ({
        FormatVersion: 'aws_v1',
        PriceList: entries.slice(Number(token), Number(token) + 2),
        NextToken: Number(token) + 2 < entries.length ? String(Number(token) + 2) : undefined,
      }),
    },
  })
  closing.push(() => server.close())
  return new PricingClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: testKey })
}

/** In the form of the price list's documentation. */
const entry = (usagetype: string, unit: string, USD: string, beginRange = '0') =>
  JSON.stringify({
    product: { productFamily: 'Load Balancer-Network', attributes: { usagetype }, sku: 'ABC' },
    serviceCode: 'AWSELB',
    terms: {
      OnDemand: {
        'ABC.JRTCKXETXF': {
          priceDimensions: { 'ABC.JRTCKXETXF.6YS6EN2CT7': { unit, beginRange, pricePerUnit: { USD } } },
        },
      },
      Reserved: {},
    },
  })

const charges = chargesOf({
  ...{ machines: new Map<string, number>(), region: 'eu-west-1', volumeGib: 0, dataGib: 0 },
  ...{ addresses: 1, interfaces: 1 },
})
const [, balancer, address, endpoint] = charges.map(({ rate }) => rate)
if (!balancer || !address || !endpoint) throw new Error('a cluster is charged for less')

test('the one price among those of other usage types, units and tiers, on any page', async () => {
  const list = await listOf([
    entry('EU-LCUUsage', 'LCU-Hrs', '0.0060000000'),
    entry('EU-Outposts-LoadBalancerUsage', 'Hrs', '0.9900000000'),
    entry('EU-LoadBalancerUsage', 'Hrs', '0.0000000000'),
    entry('EU-LoadBalancerUsage', 'Hrs', '0.0100000000', '1000'),
    entry('EU-LoadBalancerUsage', 'Hrs', '0.0252000000'),
  ])
  expect(await readPrice(list, balancer)).toBe(0.0252)
})

test('addresses in use among idle ones and blocks; hours of endpoints among bytes, services and load balancers', async () => {
  const list = await listOf([
    entry('EU-PublicIPv4:IdleAddress', 'Hrs', '0.0060000000'),
    entry('EU-PublicIPv4:ContiguousBlock', 'Hrs', '0.0080000000'),
    entry('EU-PublicIPv4:InUseAddress', 'Hrs', '0.0050000000'),
    entry('EU-VpcEndpoint-Bytes', 'GB', '0.0300000000'),
    entry('EU-VpcEndpoint-Service-Hours', 'Hrs', '0.0400000000'),
    entry('EU-VpcEndpoint-GWLBE-Hours', 'Hrs', '0.0200000000'),
    entry('EU-VpcEndpoint-Hours', 'Hrs', '0.0110000000'),
  ])
  expect([await readPrice(list, address), await readPrice(list, endpoint)]).toEqual([0.005, 0.011])
})

test.each([
  ['no price', [], /has no price of network load balancer/],
  [
    'two prices',
    [entry('EU-LoadBalancerUsage', 'Hrs', '0.01'), entry('EU-LoadBalancerUsage', 'Hrs', '0.02')],
    /has 2 prices of/,
  ],
  ['another currency', [entry('EU-LoadBalancerUsage', 'Hrs', '0.02').replace('USD', 'CNY')], /no price/],
  ['another form', ['{"product":{}}'], /terms/],
])('%s is no estimate', async (_, entries, words) => {
  await expect(readPrice(await listOf(entries), balancer)).rejects.toThrow(words)
})
