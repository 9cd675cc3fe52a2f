import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import type { World } from '../../src/local-cloud/world/world.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { allowedRanges } from '../../src/phases/provision/allowed-ranges.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { recordedCluster } from './recorded-cluster.ts'

const STRANGE = 'subnet-0123456789abcdef0'

test.each<[string, Record<string, unknown>, Partial<World['network']>, RegExp]>([
  ['no default VPC', {}, { isDefault: false }, /vpc-id: this region has no default VPC/],
  [
    'an unknown VPC',
    { 'vpc-id': 'vpc-0123456789abcdef0' },
    {},
    /vpc-id: vpc-0123456789abcdef0 is not in this/,
  ],
  [
    'an unknown subnet',
    { 'subnet-ids': [STRANGE] },
    {},
    /subnet-ids: subnet-0123456789abcdef0 is not in this/,
  ],
  ['a VPC without subnets', {}, { subnets: [] }, /vpc-id: vpc-\w+ has no subnets/],
  [
    'an address nobody knows',
    { 'allowed-cidrs': ['runner'], 'address-url': 'http://127.0.0.1:9' },
    {},
    /allowed-cidrs: /,
  ],
])(
  '%s is told before anything is created',
  async (_, settings, network, words) => {
    const { world, context, calls } = await recordedCluster(settings)
    Object.assign(world.network, network)
    await expect(runPhases([provisionNodes], context)).rejects.toThrow(words)
    expect([...calls.keys()].filter((call) => /^(Create|Run|Put|Authorize)/.test(call))).toEqual([])
  },
  30_000,
)

test('subnets alone say which VPC is meant', async () => {
  const settings = { servers: 1, agents: 0 }
  const { world, contextOf } = await recordedCluster(settings)
  const [, second] = world.network.subnets
  world.network.isDefault = false
  await runPhases([provisionNodes], contextOf({ 'subnet-ids': [second?.id] }))
  expect([...world.instances.values()].map(({ subnetId }) => subnetId)).toEqual([second?.id])
}, 30_000)

test('runner is the address that the look-up answers with', async () => {
  const answers = ['203.0.113.7\n', '<html>']
  const server = createServer((_, response) => response.end(answers.shift()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const addressUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = () => allowedRanges({ allowedCidrs: ['10.0.0.0/8', 'runner'], addressUrl })
  expect(await ask()).toEqual(['10.0.0.0/8', '203.0.113.7/32'])
  await expect(ask()).rejects.toThrow(/something else than an IPv4 address/)
  server.close()
})
