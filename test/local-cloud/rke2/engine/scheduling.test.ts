import { expect, test } from '@jest/globals'
import type { NodeObject, Pod, PodSpec, Taint } from '../../../../src/local-cloud/rke2/engine/kubernetes.ts'
import { placePod } from '../../../../src/local-cloud/rke2/engine/scheduling/place-pod.ts'
import {
  covers,
  secondsUntilEviction,
} from '../../../../src/local-cloud/rke2/engine/scheduling/tolerations.ts'

const critical: Taint = { key: 'CriticalAddonsOnly', value: 'true', effect: 'NoExecute' }

test.each([
  ['everything', { operator: 'Exists' }, true],
  ['the key', { key: 'CriticalAddonsOnly', operator: 'Exists' }, true],
  ['key and value', { key: 'CriticalAddonsOnly', value: 'true' }, true],
  ['another value', { key: 'CriticalAddonsOnly', value: 'false' }, false],
  ['another effect', { key: 'CriticalAddonsOnly', operator: 'Exists', effect: 'NoSchedule' }, false],
  ['another key', { key: 'other', operator: 'Exists' }, false],
  ['an empty key without Exists', {}, false],
])('a toleration of %s', (_, toleration, covered) => {
  expect(covers(toleration, critical)).toBe(covered)
})

test.each([
  ['untolerated: at once', [], 0],
  ['tolerated: never', [{ operator: 'Exists' }], undefined],
  ['for a while', [{ key: 'CriticalAddonsOnly', operator: 'Exists', tolerationSeconds: 30 }], 30],
  [
    'the shortest counts',
    [
      { operator: 'Exists', tolerationSeconds: 9 },
      { key: 'CriticalAddonsOnly', operator: 'Exists', tolerationSeconds: 30 },
    ],
    9,
  ],
])('eviction, %s', (_, tolerations, seconds) => {
  expect(secondsUntilEviction(tolerations, [critical])).toBe(seconds)
})

const node = (name: string, spec: NodeObject['spec'] = {}): NodeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  spec,
})
const pod = (name: string, spec: PodSpec = {}, owner = 'web'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    labels: { app: owner },
    ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: owner, uid: owner }],
  },
  spec,
})
const apart: PodSpec = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } },
      ],
    },
  },
}
const tainted = node('s1', { taints: [critical] })

test.each<[string, Pod, NodeObject[], Pod[], string]>([
  ['the emptier node', pod('new'), [node('a'), node('b')], [pod('old', { nodeName: 'a' })], 'b'],
  [
    'away from its siblings first',
    pod('new'),
    [node('a'), node('b')],
    [pod('w', { nodeName: 'a' }), pod('x', { nodeName: 'b' }, 'x'), pod('y', { nodeName: 'b' }, 'y')],
    'b',
  ],
  ['the only untainted node', pod('new'), [tainted, node('a')], [], 'a'],
  ['a tainted node it tolerates', pod('new', { tolerations: [{ operator: 'Exists' }] }), [tainted], [], 's1'],
  [
    'away from what it repels',
    pod('new', apart),
    [node('a'), node('b')],
    [pod('old', { nodeName: 'a' })],
    'b',
  ],
])('a pod goes to %s', (_, waiting, nodes, pods, expected) => {
  expect(placePod(waiting, nodes, pods)).toEqual({ node: expected })
})

test.each<[Pod, NodeObject[], Pod[], string]>([
  [pod('new'), [], [], 'no nodes available to schedule pods'],
  [
    pod('new'),
    [tainted, node('s2', { taints: [critical] })],
    [],
    '0/2 nodes are available: 2 node(s) had untolerated taint(s).',
  ],
  [
    pod('new'),
    [tainted, node('a', { unschedulable: true })],
    [],
    '0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.',
  ],
  [
    pod('new', { nodeSelector: { a: 'b' } }),
    [node('a')],
    [],
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
  ],
  [
    pod('new', apart),
    [node('a')],
    [pod('old', { nodeName: 'a' })],
    "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.",
  ],
  [
    pod('new'),
    [node('a')],
    [pod('old', { ...apart, nodeName: 'a' })],
    "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.",
  ],
])('a pod that fits nowhere: %#', (waiting, nodes, pods, message) => {
  const placement = placePod(waiting, nodes, pods)
  expect('unschedulable' in placement ? placement.unschedulable : placement.node).toContain(message)
})
