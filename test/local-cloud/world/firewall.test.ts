import { expect, test } from '@jest/globals'
import { firewallOf } from '../../../src/local-cloud/world/firewall.ts'
import type { NetworkInterface } from '../../../src/local-cloud/world/network-interface.ts'
import {
  allEgress,
  type Peer,
  type SecurityGroup,
  type SecurityGroupRule,
} from '../../../src/local-cloud/world/security-group.ts'

const member = (privateIp: string, ...groupIds: string[]): NetworkInterface => ({
  id: privateIp,
  subnetId: 's',
  zone: 'a',
  privateIp,
  mac: '',
  description: '',
  groupIds,
  instanceId: undefined,
  balancerArn: undefined,
})
const ingress = (protocol: SecurityGroupRule['protocol'], port: number, peer: Peer): SecurityGroupRule => ({
  ...allEgress('r'),
  direction: 'ingress',
  protocol,
  fromPort: port,
  toPort: port,
  peer,
})
const group = (id: string, ...rules: SecurityGroupRule[]): [string, SecurityGroup] => [
  id,
  { id, vpcId: 'vpc-1', name: id, description: '', rules: [allEgress('e'), ...rules] },
]
const rulesFor = (interfaces: NetworkInterface[], ...groups: [string, SecurityGroup][]) =>
  firewallOf(interfaces, new Map(groups)).map(
    ({ to, from, protocol, ports }) => `${from} → ${to} ${protocol} ${ports ?? ''}`,
  )

test('a range is admitted as it is', () => {
  const open = group('g', ingress('tcp', 22, { cidr: '10.0.0.0/8' }))
  expect(rulesFor([member('n1', 'g')], open)).toEqual(['10.0.0.0/8 → n1 tcp 22,22'])
})

test('a group is admitted as the addresses of its members, itself included', () => {
  const nodes = group('nodes', ingress('udp', 8472, { groupId: 'nodes' }))
  expect(rulesFor([member('n1', 'nodes'), member('n2', 'nodes'), member('n3', 'other')], nodes)).toEqual([
    'n1 → n1 udp 8472,8472',
    'n2 → n1 udp 8472,8472',
    'n1 → n2 udp 8472,8472',
    'n2 → n2 udp 8472,8472',
  ])
})

test('a machine of two groups is admitted what either admits, each thing once', () => {
  const rule = ingress('tcp', 6443, { groupId: 'lb' })
  expect(rulesFor([member('n1', 'a', 'b'), member('l1', 'lb')], group('a', rule), group('b', rule))).toEqual([
    'l1 → n1 tcp 6443,6443',
  ])
})

test('every protocol has no ports', () => {
  const open = group('g', ingress('-1', -1, { cidr: '0.0.0.0/0' }))
  expect(rulesFor([member('n1', 'g')], open)).toEqual(['0.0.0.0/0 → n1 all '])
})

test('without a rule nothing is admitted; without a group, which only a balancer can be, everything', () => {
  expect(rulesFor([member('n1', 'g')], group('g'))).toEqual([])
  expect(rulesFor([member('l1')])).toEqual(['0.0.0.0/0 → l1 all '])
})
