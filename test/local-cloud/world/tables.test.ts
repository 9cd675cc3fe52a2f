import { expect, test } from '@jest/globals'
import {
  isWithin,
  nextAddress,
  overlaps,
  rangeOf,
  subnetOf,
} from '../../../src/local-cloud/world/addresses.ts'
import { type InstanceState, nextState, type Request } from '../../../src/local-cloud/world/instance.ts'
import { defaultNetwork } from '../../../src/local-cloud/world/network.ts'
import { type Tier, tierFor } from '../../../src/local-cloud/world/parameter.ts'

test.each<[InstanceState, Request, InstanceState | undefined]>([
  ['running', 'stop', 'stopping'],
  ['pending', 'stop', undefined],
  ['stopped', 'stop', 'stopped'],
  ['terminated', 'stop', undefined],
  ['stopped', 'start', 'pending'],
  ['stopping', 'start', undefined],
  ['terminated', 'start', undefined],
  ['pending', 'terminate', 'shutting-down'],
  ['terminated', 'terminate', 'terminated'],
])('a %s instance asked to %s becomes %s', (state, request, next) => {
  expect(nextState(state, request)).toBe(next)
})

test.each<[Tier | 'Intelligent-Tiering' | undefined, number, boolean, Tier | undefined, Tier | undefined]>([
  [undefined, 4096, false, undefined, 'Standard'],
  [undefined, 4097, false, undefined, undefined],
  ['Intelligent-Tiering', 4097, false, undefined, 'Advanced'],
  ['Intelligent-Tiering', 10, true, undefined, 'Advanced'],
  ['Advanced', 8192, false, undefined, 'Advanced'],
  ['Advanced', 8193, false, undefined, undefined],
  ['Standard', 10, true, undefined, undefined],
  [undefined, 10, false, 'Advanced', 'Advanced'],
])('tier %p, %i bytes, policies %p, before %p: %p', (asked, bytes, policies, before, tier) => {
  expect(tierFor(asked, bytes, policies, before)).toBe(tier)
})

test.each([
  ['eu-west-1', 'euw1-az1'],
  ['us-east-1', 'use1-az1'],
  ['ap-southeast-2', 'apse2-az1'],
])('zone ids of %s begin with %s', (region, zoneId) => {
  expect(defaultNetwork('1', region).zones[0]?.id).toBe(zoneId)
})

test('addresses go round the subnet, past those in use', () => {
  const network = defaultNetwork('1', 'eu-west-1')
  const [subnet] = network.subnets.values()
  if (!subnet) throw new Error('no subnet')
  expect(nextAddress(subnet, new Set(), undefined)).toBe('172.31.0.4')
  expect(nextAddress(subnet, new Set(['172.31.0.5']), '172.31.0.4')).toBe('172.31.0.6')
  expect(nextAddress(subnet, new Set(), '172.31.15.254')).toBe('172.31.0.4')
  expect(subnetOf(network, subnet.vpcId, '172.31.16.1')?.zone).toBe('eu-west-1b')
  expect(subnetOf(network, subnet.vpcId, '10.0.0.1')).toBeUndefined()
  expect(subnetOf(network, 'vpc-2', '172.31.16.1')).toBeUndefined()
})

test('ranges: what is none, what lies in another, what shares addresses', () => {
  expect(['10.0.0.0', '10.0.0.1/16', '10.0.0.0/33', '10.0.0.256/32', ''].map(rangeOf)).toEqual(
    Array(5).fill(undefined),
  )
  expect(rangeOf('10.0.16.0/20')).toEqual({ first: 10 * 2 ** 24 + 16 * 2 ** 8, size: 4096, prefix: 20 })
  expect([isWithin('10.0.16.0/20', '10.0.0.0/16'), isWithin('10.0.0.0/16', '10.0.16.0/20')]).toEqual([
    true,
    false,
  ])
  expect([overlaps('10.0.0.0/16', '10.0.16.0/20'), overlaps('10.0.0.0/20', '10.0.16.0/20')]).toEqual([
    true,
    false,
  ])
})
