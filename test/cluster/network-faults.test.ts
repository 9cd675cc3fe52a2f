import { expect, test } from '@jest/globals'
import { namedSubnetFaults, networkFaults, type Subnet } from '../../src/cluster/network-faults.ts'

const subnet = (zone: string, change: Partial<Subnet> = {}): Subnet => ({
  id: `subnet-${zone}`,
  vpcId: 'vpc-1',
  zone,
  cidr: '10.0.0.0/20',
  publicAddresses: true,
  freeAddresses: 10,
  ...change,
})
const wish = { servers: 3, minZones: 3, newAddresses: 9 }
const three = [subnet('a'), subnet('b'), subnet('c')]

test('three zones with room are right', () => {
  expect(networkFaults(wish, three)).toEqual([])
  expect(networkFaults({ ...wish, servers: 1 }, [subnet('a')])).toEqual([])
  expect(networkFaults({ ...wish, minZones: 2 }, [subnet('a'), subnet('b')])).toEqual([])
})

test('another VPC is one fault that names subnet-ids', () => {
  const faults = namedSubnetFaults('vpc-1', [...three.slice(1), subnet('a', { vpcId: 'vpc-2' })])
  expect(faults).toEqual([expect.stringMatching(/^subnet-ids: subnet-a is in vpc-2, not in vpc-1/)])
})

test.each([
  ['too few zones', [subnet('a'), subnet('b')], /3 servers need 3 zones .* in a, b only: .*min-zones to 2/],
  [
    'full subnets',
    three.map((one) => ({ ...one, freeAddresses: 2 })),
    /9 addresses are needed, .* have 6 free/,
  ],
])('%s is one fault that names subnet-ids', (_, subnets, words) => {
  const faults = networkFaults(wish, subnets)
  expect(faults).toEqual([expect.stringMatching(words)])
  expect(faults[0]).toMatch(/^subnet-ids: /)
})
