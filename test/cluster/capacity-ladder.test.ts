import { expect, test } from '@jest/globals'
import {
  capacityLadder,
  describeRung,
  inOrder,
  isClosed,
  type Rung,
} from '../../src/cluster/capacity-ladder.ts'
import type { Role } from '../../src/cluster/nodes.ts'

const ladderOf = (role: Role, capacityType: 'spot' | 'on-demand', offered = (_: string) => ['a', 'b', 'c']) =>
  capacityLadder({ role, instanceTypes: ['m', 'c'], capacityType, zones: ['a', 'b', 'c'], offered })

const order = (role: Role, capacityType: 'spot' | 'on-demand', load: Record<string, number> = {}) =>
  inOrder(ladderOf(role, capacityType), new Map(Object.entries(load))).map(describeRung)

test('agents: types × zones × spot → on-demand, the emptiest zone first', () => {
  expect(order('agent', 'spot', { a: 2, c: 1 })).toEqual([
    ...['spot m in b', 'spot m in c', 'spot m in a', 'spot c in b', 'spot c in c', 'spot c in a'],
    ...['m in b', 'm in c', 'm in a', 'c in b', 'c in c', 'c in a'],
  ])
})

test('a server takes another type before it shares a zone', () => {
  expect(order('server', 'on-demand', { b: 1, c: 1 })).toEqual([
    ...['m in a', 'c in a', 'm in b', 'm in c', 'c in b', 'c in c'],
  ])
})

test('a zone that lacks a type has no rung for it', () => {
  const { rungs } = ladderOf('agent', 'on-demand', (type) => (type === 'm' ? ['a'] : ['b', 'z']))
  expect(rungs.map(describeRung)).toEqual(['m in a', 'c in b'])
})

const rung = (instanceType: string, zone: string, capacityType: Rung['capacityType']): Rung => ({
  instanceType,
  zone,
  capacityType,
  rank: 0,
})

test.each([
  ['InsufficientInstanceCapacity', rung('m', 'a', 'spot'), true],
  ['InsufficientInstanceCapacity', rung('m', 'a', 'on-demand'), false],
  ['InsufficientInstanceCapacity', rung('m', 'b', 'spot'), false],
  ['Unsupported', rung('m', 'a', 'on-demand'), true],
  ['Unsupported', rung('c', 'a', 'spot'), false],
  ['InsufficientFreeAddressesInSubnet', rung('c', 'a', 'on-demand'), true],
  ['InsufficientFreeAddressesInSubnet', rung('m', 'b', 'spot'), false],
])('%s of spot m in a, and then %j: closed is %s', (code, other, closed) => {
  expect(isClosed(other, rung('m', 'a', 'spot'), code)).toBe(closed)
})
