import { expect, test } from '@jest/globals'
import { capacityLadder } from '../../src/cluster/capacity-ladder.ts'
import { launchPlan } from '../../src/cluster/launch-plan.ts'
import { type ClusterNode, clusterNodes, type Role } from '../../src/cluster/nodes.ts'

const zones = ['a', 'b', 'c']

const node = (role: Role, index: number, zone: string, group?: string): ClusterNode => ({
  instanceId: `i-${role}-${index}`,
  name: `x-${role}-${index}`,
  role,
  index,
  privateIp: '',
  zone,
  instanceType: '',
  ...(group ? { group } : {}),
  state: 'running',
  rke2Version: '',
  expiresAt: 0,
  underDrill: false,
})

const pool = (role: Role, count: number, group?: string, offered = zones) => ({
  group,
  count,
  ladder: capacityLadder({
    role,
    instanceTypes: ['m'],
    capacityType: 'on-demand',
    zones,
    offered: () => offered,
  }),
})

const plannedFor = (pools: ReturnType<typeof pool>[], existing: ClusterNode[] = []) =>
  launchPlan('x', pools, clusterNodes(existing))
    .flatMap(({ launches }) => launches)
    .map(({ name, firstIndex, count, first }) => `${name} ${firstIndex}+${count} ${first.zone}`)

const planned = (servers: number, agents: number, existing: ClusterNode[] = []) =>
  plannedFor([pool('server', servers), pool('agent', agents, 'agents')], existing)

test('servers are spread over the zones', () => {
  expect(planned(5, 0)).toEqual([
    'x-server-1 1+1 a',
    'x-server-2 2+1 b',
    'x-server-3 3+1 c',
    'x-server-4 4+1 a',
    'x-server-5 5+1 b',
  ])
})

test('a thousand agents are three calls, and zones share them evenly', () => {
  expect(planned(0, 1000)).toEqual(['x-agents 1+334 a', 'x-agents 335+333 b', 'x-agents 668+333 c'])
  expect(planned(0, 10)).toEqual(['x-agents 1+4 a', 'x-agents 5+3 b', 'x-agents 8+3 c'])
})

test('a lost server is made again where it is missing', () => {
  const existing = [node('server', 1, 'a'), node('server', 3, 'c')]
  expect(planned(3, 0, existing)).toEqual(['x-server-2 2+1 b'])
})

test('gaps among agents are filled, and counting on from one number stays right', () => {
  const existing = [node('agent', 2, 'b')]
  expect(planned(0, 4, existing)).toEqual(['x-agent-1 1+1 a', 'x-agent-3 3+1 c', 'x-agent-4 4+1 a'])
})

test('a complete cluster needs nothing', () => {
  expect(planned(1, 0, [node('server', 1, 'a')])).toEqual([])
})

test('groups count their agents together, and each is spread by itself', () => {
  const pools = [pool('server', 0), pool('agent', 2, 'arm'), pool('agent', 2, 'gpu')]
  expect(plannedFor(pools)).toEqual([
    'x-agent-1 1+1 a',
    'x-agent-2 2+1 b',
    'x-agent-3 3+1 a',
    'x-agent-4 4+1 b',
  ])
  const existing = [node('agent', 1, 'a', 'arm'), node('agent', 2, 'b', 'arm'), node('agent', 4, 'b', 'gpu')]
  expect(plannedFor(pools, existing)).toEqual(['x-agent-3 3+1 a'])
})

test('a zone without the type gets none', () => {
  expect(plannedFor([pool('agent', 4, 'agents', ['a', 'b'])])).toEqual(['x-agents 1+2 a', 'x-agents 3+2 b'])
})
