import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { isMember } from '../../src/checks/etcd-view.ts'
import { quorumOf } from '../../src/cluster/quorum.ts'
import { aNode } from './a-cluster.ts'

// What etcdctl said of three members of a genuine RKE2.
const recorded = readFileSync('test/fixtures/rke2/etcdctl.txt', 'utf8')
const members = [
  ...recorded.matchAll(
    /^\| ([0-9a-f]{16}) \| started \| (\S+) \| https:\/\/(\S+):2380 \| \S+ \| +(\w+) \|$/gm,
  ),
].map(([, id = '', name = '', peer = '', learner]) => ({ id, name, peer, learner: learner === 'true' }))

test('each recorded member belongs to one node, by its name', () => {
  expect(members).toHaveLength(3)
  const owners = members.map((member) =>
    ['n1', 'n2', 'n3', 'n', 'n11'].filter((name) => isMember({ ...aNode('server', 1), name }, member)),
  )
  expect(owners).toEqual([['n1'], ['n3'], ['n2']])
})

test('a member that has not started belongs to the node of its address', () => {
  // As recorded of a joiner before its etcd ran: no name yet.
  const joiner = { id: 'a83ddb9f1ad9a165', name: '', peer: '10.77.0.15', learner: true }
  expect(isMember({ ...aNode('server', 5), privateIp: '10.77.0.15' }, joiner)).toBe(true)
  expect(isMember({ ...aNode('server', 5), privateIp: '10.77.0.11' }, joiner)).toBe(false)
})

test('three recorded voters need two', () => {
  expect(quorumOf(members.filter(({ learner }) => !learner).length)).toMatchObject({
    needed: 2,
    tolerated: 1,
  })
})
