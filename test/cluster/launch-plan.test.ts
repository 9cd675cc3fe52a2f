import { expect, test } from '@jest/globals'
import { launchPlan } from '../../src/cluster/launch-plan.ts'
import { type ClusterNode, clusterNodes, type Role } from '../../src/cluster/nodes.ts'

const zones = ['a', 'b', 'c']

const node = (role: Role, index: number, zone: string): ClusterNode => ({
  instanceId: `i-${role}-${index}`,
  name: `x-${role}-${index}`,
  role,
  index,
  privateIp: '',
  zone,
  instanceType: '',
  state: 'running',
  rke2Version: '',
  expiresAt: 0,
  underDrill: false,
})

const planned = (servers: number, agents: number, existing: ClusterNode[] = [], within = zones) =>
  launchPlan({ cluster: 'x', servers, agents, existing: clusterNodes(existing), zones: within }).map(
    ({ name, firstIndex, count, zones: [first] }) => `${name} ${firstIndex}+${count} ${first}`,
  )

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
