import { type ClusterNode, clusterNodes } from '../../src/cluster/nodes.ts'

const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']

export const aNode = (
  role: 'server' | 'agent',
  index: number,
  more: Partial<ClusterNode> = {},
): ClusterNode => ({
  instanceId: `i-${role === 'server' ? '5' : 'a'}${String(index).padStart(16, '0')}`,
  name: `pr-42-${role}-${index}`,
  role,
  index,
  privateIp: `172.31.0.${role === 'server' ? 10 + index : 100 + index}`,
  zone: ZONES[(index - 1) % 3] ?? '',
  instanceType: 't3.large',
  state: 'running',
  rke2Version: 'v1.35.4+rke2r1',
  expiresAt: 0,
  underDrill: false,
  ...more,
})

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

export const aCluster = (servers: number, agents: number) =>
  clusterNodes([
    ...upTo(servers).map((index) => aNode('server', index)),
    ...upTo(agents).map((index) => aNode('agent', index)),
  ])
