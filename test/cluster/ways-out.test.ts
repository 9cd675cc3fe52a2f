import { expect, test } from '@jest/globals'
import type { Subnet } from '../../src/cluster/network-faults.ts'
import {
  type Endpoint,
  isInS3,
  isolationOf,
  type RouteTable,
  tablesWithoutS3,
  unreachableArtifacts,
} from '../../src/cluster/ways-out.ts'

const subnet = (id: string, publicAddresses = false): Subnet => ({
  ...{ id, vpcId: 'vpc-1', zone: id, cidr: '10.0.0.0/20', publicAddresses, freeAddresses: 100 },
})
const table = (wayOut: string | undefined, ...subnetIds: string[]): RouteTable => ({
  ...{ id: `rtb-${subnetIds.join('') || 'main'}`, main: !subnetIds.length, subnetIds, wayOut },
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

test.each([
  ['https://bucket.s3.eu-west-1.amazonaws.com/rke2', true],
  ['https://s3.eu-west-1.amazonaws.com/bucket', true],
  ['https://bucket.s3.cn-north-1.amazonaws.com.cn', true],
  ['https://s3.example.com', false],
  ['https://github.com/rancher/rke2/releases/download', false],
])('%s in S3: %p', (url, expected) => {
  expect(isInS3(url)).toBe(expected)
})

test('tables that lack a route to S3 are those of subnets that have no other', () => {
  const tables = [table(undefined, 'a'), table(undefined)]
  const cut = [subnet('a'), subnet('b'), subnet('c')]
  expect(tablesWithoutS3(cut, tables, [])).toEqual(['rtb-a', 'rtb-main'])
  const gateways = [{ service: 'com.amazonaws.eu-west-1.s3', tableIds: ['rtb-main'] }]
  expect(tablesWithoutS3(cut, tables, gateways)).toEqual(['rtb-a'])
  expect(tablesWithoutS3([subnet('b')], tables, gateways)).toEqual([])
})

test('RKE2’s own releases are out of reach where nothing leads out, unless the image may hold them', () => {
  const isolation = isolationOf('pr-42', [subnet('a')], [table(undefined)], [])
  const artifactUrl = 'https://github.com/rancher/rke2/releases/download'
  expect(unreachableArtifacts(isolation, { artifactUrl, image: 'ubuntu-24.04' })).toMatch(
    /^artifact-url: machines in a have no way to github\.com/,
  )
  expect(unreachableArtifacts(isolation, { artifactUrl, image: 'ami-0123456789abcdef0' })).toBeUndefined()
  expect(
    unreachableArtifacts(isolation, { artifactUrl: 'https://mirror.example', image: 'ubuntu-24.04' }),
  ).toBeUndefined()
  const open = isolationOf('pr-42', [subnet('a')], [table('nat-1')], [])
  expect(unreachableArtifacts(open, { artifactUrl, image: 'ubuntu-24.04' })).toBeUndefined()
})
