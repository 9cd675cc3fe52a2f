import { expect, test } from '@jest/globals'
import { markedNodes, wantedMarks } from '../../src/cluster/node-marks.ts'
import { clusterSpec } from '../../src/cluster/spec.ts'
import { aCluster, aNode } from '../checks/a-cluster.ts'

const marksOf = (settings: object) => {
  const read = clusterSpec({ 'cluster-name': 'pr-42', ...settings })
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return wantedMarks(read.spec)
}
const TAINT = 'CriticalAddonsOnly=true:NoExecute'

test('servers and agents each have their own', () => {
  const wanted = marksOf({
    'server-labels': ['a=1'],
    'agent-labels': ['b=2'],
    'agent-taints': ['c:NoSchedule'],
  })
  expect(markedNodes(wanted, aCluster(1, 2))).toEqual([
    { names: ['pr-42-server-1'], labels: ['a=1'], taints: [TAINT] },
    { names: ['pr-42-agent-1', 'pr-42-agent-2'], labels: ['b=2'], taints: ['c:NoSchedule'] },
  ])
})

test('without agents servers have no taints', () => {
  expect(markedNodes(marksOf({}), aCluster(1, 0))).toEqual([
    { names: ['pr-42-server-1'], labels: [], taints: [] },
  ])
})

test('a group has those of all agents and its own, which win; of a group that is not told only those of all are known', () => {
  const wanted = marksOf({
    'agent-labels': ['b=2', 'of=all'],
    'node-groups': [{ name: 'db', count: 1, labels: ['of=db'], taints: ['db=a:NoExecute'] }],
  })
  const agents = [aNode('agent', 1, { group: 'db' }), aNode('agent', 2, { group: 'web' })]
  expect(markedNodes(wanted, { servers: [], agents })).toEqual([
    { names: ['pr-42-agent-1'], labels: ['b=2', 'of=db'], taints: ['db=a:NoExecute'] },
    { names: ['pr-42-agent-2'], labels: ['b=2', 'of=all'], taints: [] },
  ])
})
