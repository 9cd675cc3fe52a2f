import { expect, test } from '@jest/globals'
import { endpointInterfaces, publicAddresses } from '../../src/cluster/charged-network.ts'
import type { ClusterNode } from '../../src/cluster/nodes.ts'

const at = (zone: string) => ({ zone }) as ClusterNode

test.each<[string, readonly string[] | 'all', readonly ClusterNode[], boolean, number]>([
  ['private subnets', [], [at('a')], false, 0],
  ['private subnets behind a balancer that faces the internet', [], [at('a')], true, 3],
  ['public subnets', ['a', 'b', 'c'], [], false, 4],
  ['public subnets where some stand', ['a', 'b', 'c'], [at('a'), at('c')], true, 7],
  ['both, where some stand', ['a'], [at('a'), at('b'), at('c')], false, 2],
  ['a VPC of the cluster’s own', 'all', [at('x')], false, 4],
])('%s', (_, publicZones, standing, internetFacing, addresses) => {
  expect(publicAddresses({ zones: 3, publicZones }, { standing, machines: 4, internetFacing })).toBe(
    addresses,
  )
})

test('an endpoint that stands has the interfaces that it has, and one that is made one in each subnet', () => {
  const planned = { services: ['ssm', 'ec2messages'], subnetIds: ['1', '2', '3'] }
  expect(endpointInterfaces([], planned)).toBe(6)
  // It was made after the run looked for what is missing.
  expect(endpointInterfaces([{ service: 'ssm', interfaces: 2 }], planned)).toBe(5)
  expect(endpointInterfaces([{ service: 's3', interfaces: 0 }], { services: [], subnetIds: [] })).toBe(0)
})
