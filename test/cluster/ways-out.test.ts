import { expect, test } from '@jest/globals'
import type { Subnet } from '../../src/cluster/network-faults.ts'
import { type Endpoint, isolationOf, type RouteTable } from '../../src/cluster/ways-out.ts'

const subnet = (id: string, publicAddresses = false): Subnet => ({
  ...{ id, vpcId: 'vpc-1', zone: id, cidr: '10.0.0.0/20', publicAddresses, freeAddresses: 100 },
})
const table = (wayOut: string | undefined, ...subnetIds: string[]): RouteTable => ({
  ...{ main: !subnetIds.length, subnetIds, wayOut },
})
const endpoint = (short: string, change: Partial<Endpoint> = {}): Endpoint => ({
  ...{ id: `vpce-${short}`, service: `com.amazonaws.eu-west-1.${short}` },
  ...{ available: true, privateDns: true, admits: ['10.0.0.0/16'], ...change },
})
const all = ['ssm', 'ssmmessages', 'ec2messages']

test.each<[string, Subnet, RouteTable[], boolean]>([
  ['public addresses and an internet gateway', subnet('a', true), [table('igw-1')], false],
  ['an internet gateway and no public address', subnet('a'), [table('igw-1')], true],
  ['a NAT gateway', subnet('a'), [table('nat-1', 'a'), table(undefined)], false],
  ['a table of its own that leads nowhere', subnet('a', true), [table('igw-1'), table(undefined, 'a')], true],
  ['a table of another subnet', subnet('a'), [table('nat-1', 'b'), table(undefined)], true],
  ['a transit gateway', subnet('a'), [table('tgw-1')], false],
])('%s', (_, one, tables, isolated) => {
  const { subnets, missing } = isolationOf('pr-42', [one], tables, [])
  expect([subnets, missing]).toEqual(isolated ? [[one], all] : [[], []])
})

test('endpoints stand for a way out when all of them answer to the service’s name and let the subnet in', () => {
  const isolation = (endpoints: Endpoint[]) => {
    const { missing, faults } = isolationOf('pr-42', [subnet('a')], [table(undefined)], endpoints)
    return [missing, faults]
  }
  expect(isolation(all.map((short) => endpoint(short)))).toEqual([[], []])
  expect(isolation([endpoint('ssm'), endpoint('ssm-contacts')])).toEqual([['ssmmessages', 'ec2messages'], []])
  const nameless = endpoint('ec2messages', { privateDns: false })
  expect(isolation([endpoint('ssm'), endpoint('ssmmessages'), nameless])).toEqual([['ec2messages'], []])
  const shut = endpoint('ec2messages', { admits: ['10.0.0.0/24'] })
  expect(isolation([endpoint('ssm'), endpoint('ssmmessages'), shut])).toEqual([
    [],
    [expect.stringMatching(/vpce-ec2messages .* don’t let a \(10\.0\.0\.0\/20\) in: open TCP 443/)],
  ])
  const ours = endpoint('ec2messages', { admits: [], cluster: 'pr-42' })
  expect(isolation([endpoint('ssm'), endpoint('ssmmessages'), ours])).toEqual([[], []])
  const theirs = endpoint('ec2messages', { cluster: 'pr-43' })
  expect(isolation([endpoint('ssm'), endpoint('ssmmessages'), theirs])[1]).toEqual([
    expect.stringMatching(/vpce-ec2messages .* was made for the cluster pr-43 and goes with it/),
  ])
  const failed = endpoint('ssm', { available: false })
  expect(isolation([failed, endpoint('ssmmessages'), endpoint('ec2messages')])[1]).toEqual([
    'subnet-ids: vpce-ssm (com.amazonaws.eu-west-1.ssm) is not available',
  ])
})
