import { expect, test } from '@jest/globals'
import { namedSubnetFaults, networkFaults, type Subnet } from '../../src/cluster/network-faults.ts'

const subnet = (zone: string, change: Partial<Subnet> = {}): Subnet => ({
  id: `subnet-${zone}`,
  vpcId: 'vpc-1',
  zone,
  cidr: '10.0.0.0/20',
  publicAddresses: true,
  freeAddresses: 20,
  ...change,
})
const wish = { servers: 3, minZones: 3, newMachines: 6, newBalancer: true }
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

const withFree = (...free: number[]) => three.map((one, at) => ({ ...one, freeAddresses: free[at] ?? 0 }))

test.each([
  [
    'too few zones',
    wish,
    [subnet('a'), subnet('b', { freeAddresses: 20 })],
    [/3 servers need 3 zones .* in a, b only: .*min-zones to 2/],
  ],
  [
    'a subnet without room for balancer and machines',
    wish,
    withFree(100, 9, 100),
    [
      /subnet-b needs 10 free addresses, 8 for a new load balancer and 2 for machines, and has 9: name larger subnets/,
    ],
  ],
  [
    'no room for a balancer where all machines stand',
    { ...wish, newMachines: 0 },
    withFree(8, 8, 7),
    [/subnet-c needs 8 .* 0 for machines, and has 7/],
  ],
  [
    'full subnets behind a standing balancer',
    { ...wish, newBalancer: false },
    withFree(2, 2, 1),
    [/6 addresses are needed, and subnet-a, subnet-b, subnet-c have 5 free/],
  ],
  ['full subnets', wish, withFree(), [/subnet-a .* has 0/, /subnet-b .* has 0/, /subnet-c .* has 0/]],
])('%s: a fault for each that names subnet-ids', (_, asked, subnets, words) => {
  const faults = networkFaults(asked, subnets)
  expect(faults).toEqual(words.map((one) => expect.stringMatching(one)))
  for (const fault of faults) expect(fault).toMatch(/^subnet-ids: /)
})

test('of subnets that are still to be made the range of the VPC is at fault', () => {
  const made = withFree(8, 8, 8).map((one) => ({ ...one, id: '', cidr: '10.0.0.0/28' }))
  expect(networkFaults(wish, made)).toEqual([
    ...['a', 'b', 'c'].map((zone) =>
      expect.stringMatching(
        new RegExp(`^vpc-cidr: 10.0.0.0/28 in ${zone} needs 10 .* has 8: choose a larger range$`),
      ),
    ),
  ])
})
