import { expect, test } from '@jest/globals'
import { initialized } from '../../../../src/local-cloud/rke2/engine/controllers/cloud-node.ts'
import { ownerless } from '../../../../src/local-cloud/rke2/engine/controllers/garbage.ts'
import { planJob } from '../../../../src/local-cloud/rke2/engine/controllers/job.ts'
import { nextPodCidr } from '../../../../src/local-cloud/rke2/engine/controllers/node-ipam.ts'
import {
  lifecycleTaints,
  silentConditions,
} from '../../../../src/local-cloud/rke2/engine/controllers/node-lifecycle.ts'
import { daemonPod, planDaemon } from '../../../../src/local-cloud/rke2/engine/controllers/plan-daemon.ts'
import { planRollout } from '../../../../src/local-cloud/rke2/engine/controllers/plan-rollout.ts'
import { planReplicas } from '../../../../src/local-cloud/rke2/engine/controllers/replica-set.ts'
import { apiServerLeaseName } from '../../../../src/local-cloud/rke2/engine/identity-lease.ts'
import type {
  Condition,
  DaemonSet,
  Job,
  NodeObject,
  Pod,
  Taint,
} from '../../../../src/local-cloud/rke2/engine/kubernetes.ts'
import { decideLease, heldLease } from '../../../../src/local-cloud/rke2/engine/leases.ts'
import { decideDeletion } from '../../../../src/local-cloud/rke2/engine/store/deletion.ts'
import { builtin } from '../../../../src/local-cloud/rke2/engine/store/resources.ts'

const NOW = '2026-11-21T12:00:00Z'
const node = (name: string, ready: Condition['status'] = 'True', taints: Taint[] = []): NodeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: { taints },
  status: { conditions: [{ type: 'Ready', status: ready }] },
})
const set: DaemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'd', uid: 'd' },
  spec: { selector: {}, template: { spec: { containers: [] } } },
}
const running = (name: string, nodeName: string, from = set, phase = 'Running'): Pod => {
  const pod = daemonPod(from, nodeName)
  return {
    ...pod,
    metadata: { ...pod.metadata, name },
    spec: { ...pod.spec, nodeName },
    status: { phase, conditions: [{ type: 'Ready', status: phase === 'Running' ? 'True' : 'False' }] },
  }
}

test.each([
  [[], '10.42.0.0/24'],
  [['10.42.0.0/24', '10.42.2.0/24'], '10.42.1.0/24'],
])('beside %j the next pod network is %s', (taken, expected) => {
  expect(nextPodCidr('10.42.0.0/16', new Set(taken))).toBe(expected)
})

test('a pod network that is used up is an error', () => {
  expect(() => nextPodCidr('10.42.0.0/23', new Set(['10.42.0.0/24', '10.42.1.0/24']))).toThrow(
    'no /24 is left',
  )
})

const critical: Taint = { key: 'CriticalAddonsOnly', value: 'true', effect: 'NoExecute' }
test.each([
  ['True', []],
  ['False', ['node.kubernetes.io/not-ready:NoSchedule', 'node.kubernetes.io/not-ready:NoExecute']],
  ['Unknown', ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute']],
] as const)('a node whose Ready is %s has the taints %j, and keeps others', (ready, expected) => {
  const taints = lifecycleTaints(node('n', ready, [critical]), NOW)
  expect(taints.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
    'CriticalAddonsOnly:NoExecute',
    ...expected,
  ])
})

test('a taint that stays keeps its time', () => {
  const once = lifecycleTaints(node('n', 'Unknown'), NOW)
  expect(lifecycleTaints(node('n', 'Unknown', once), 'later')).toEqual(once)
})

test('a silent node: Ready becomes unknown, EtcdIsVoter stays', () => {
  const conditions = silentConditions(
    [
      { type: 'EtcdIsVoter', status: 'True' },
      { type: 'Ready', status: 'True' },
    ],
    NOW,
  )
  expect(conditions.slice(0, 2)).toMatchObject([
    { type: 'EtcdIsVoter', status: 'True' },
    { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', lastTransitionTime: NOW },
  ])
})

test('the cloud provider frees a node', () => {
  const fresh = node('n', 'True', [
    { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' },
  ])
  expect(initialized(fresh)).toMatchObject({
    metadata: { labels: { 'node.kubernetes.io/instance-type': 'rke2' } },
    spec: { providerID: 'rke2://n', taints: undefined },
  })
})

const next = (name: string) => ({
  ...set,
  spec: { ...set.spec, template: { ...set.spec.template, metadata: { annotations: { v: name } } } },
})
test.each<[string, NodeObject[], Pod[], string[], string[]]>([
  ['missing pods', [node('a'), node('b')], [running('pa', 'a')], ['b'], []],
  ['a tainted node', [node('a', 'True', [critical])], [], [], []],
  ['a node that was tainted', [node('a', 'True', [critical])], [running('pa', 'a')], [], ['pa']],
  [
    'a node not ready',
    [node('a', 'False', [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }])],
    [running('pa', 'a')],
    [],
    [],
  ],
  ['two on a node', [node('a')], [running('p1', 'a'), running('p2', 'a')], [], ['p2']],
  ['a failed one', [node('a')], [running('p1', 'a', set, 'Failed')], ['a'], ['p1']],
  ['a node that is gone', [], [running('p1', 'a')], [], ['p1']],
  [
    'a new template: one at a time',
    [node('a'), node('b')],
    [running('pa', 'a', next('1')), running('pb', 'b', next('1'))],
    [],
    ['pa'],
  ],
  [
    'a new template while one is not ready',
    [node('a'), node('b')],
    [running('pa', 'a'), { ...running('pb', 'b', next('1')) }].map((pod, index) =>
      index === 0 ? { ...pod, status: { phase: 'Pending' } } : pod,
    ),
    [],
    [],
  ],
])('a daemon with %s', (_, nodes, pods, create, remove) => {
  const plan = planDaemon(set, nodes, pods)
  expect({ create: plan.create, remove: plan.remove.map(({ metadata }) => metadata.name) }).toEqual({
    create,
    remove,
  })
})

test.each([
  ['begins', { wanted: 0, available: 0 }, [{ wanted: 4, available: 4 }], { next: 1, old: [3] }],
  ['goes on', { wanted: 1, available: 1 }, [{ wanted: 3, available: 3 }], { next: 2, old: [2] }],
  ['waits for the new', { wanted: 2, available: 0 }, [{ wanted: 3, available: 3 }], { next: 2, old: [3] }],
  [
    'drops idle old ones first',
    { wanted: 1, available: 1 },
    [
      { wanted: 2, available: 0 },
      { wanted: 2, available: 2 },
    ],
    { next: 1, old: [0, 2] },
  ],
  ['ends', { wanted: 4, available: 4 }, [{ wanted: 1, available: 1 }], { next: 4, old: [0] }],
])('a rollout of 4, surge 1, unavailable 1, %s', (_, fresh, old, expected) => {
  expect(planRollout(4, { surge: 1, unavailable: 1 }, fresh, old)).toEqual(expected)
})

test('too many replicas: those without a node go first, then the newest', () => {
  const at = (name: string, creationTimestamp: string, nodeName?: string) => ({
    ...running(name, nodeName ?? ''),
    metadata: { name, creationTimestamp },
  })
  const pods = [
    at('old', '2026-01-01T00:00:00Z', 'a'),
    at('new', '2026-01-02T00:00:00Z', 'a'),
    at('homeless', '2026-01-01T00:00:00Z'),
  ]
  expect(planReplicas(1, pods).excess.map(({ metadata }) => metadata.name)).toEqual(['homeless', 'new'])
  expect(planReplicas(5, pods)).toEqual({ missing: 2, excess: [] })
})

const job: Job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'j' },
  spec: { backoffLimit: 1, template: { spec: {} } },
}
const restarted = (restartCount: number) => {
  const pod = running('p', 'a')
  return { ...pod, status: { ...pod.status, containerStatuses: [{ name: 'c', restartCount }] } }
}
test.each<[string, Pod[], boolean, string | undefined]>([
  ['nothing yet', [], true, undefined],
  ['its pod at work', [running('p', 'a')], false, undefined],
  [
    'its pod on the way out',
    [{ ...running('p', 'a'), metadata: { name: 'p', deletionTimestamp: NOW } }],
    true,
    undefined,
  ],
  ['its pod done', [running('p', 'a', set, 'Succeeded')], false, 'Complete'],
  ['a restart within the limit', [restarted(1)], false, undefined],
  ['too many restarts', [restarted(2)], false, 'Failed'],
])('a job with %s', (_, pods, create, ends) => {
  const plan = planJob(job, pods, NOW)
  expect({ create: plan.create, ends: plan.status.conditions?.at(-1)?.type }).toEqual({ create, ends })
})

test('what all its owners left is ownerless; an owner of an unknown kind is not gone', () => {
  const owner = (uid: string, kind = 'Node') => ({ apiVersion: 'v1', kind, name: uid, uid })
  const owned = (name: string, ...ownerReferences: ReturnType<typeof owner>[]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid: name, ownerReferences },
  })
  const objects = [
    owned('kept', owner('kept')),
    owned('left', owner('gone')),
    owned('half', owner('gone'), owner('kept')),
    owned('strange', owner('gone', 'Alien')),
  ]
  expect(ownerless(objects).map(({ metadata }) => metadata.name)).toEqual(['left'])
})

const lease = (holderIdentity?: string) => ({
  ...heldLease({ apiVersion: '', kind: 'Lease', metadata: { name: 'l' } }, holderIdentity ?? '', NOW),
})
test.each([
  [undefined, 0, 'create'],
  [lease('me'), 0, 'renew'],
  [lease('other'), 2_900, 'wait'],
  [lease('other'), 3_100, 'take over'],
  [lease(''), 0, 'take over'],
])('election %#', (held, unchanged, expected) => {
  expect(decideLease(held, 'me', unchanged, 3_000)).toBe(expected)
})

test('a takeover counts, a renewal does not', () => {
  const taken = heldLease(lease('other'), 'me', 'later')
  expect(taken.spec).toMatchObject({
    holderIdentity: 'me',
    acquireTime: 'later',
    leaseTransitions: 1,
    leaseDurationSeconds: 15,
  })
  expect(heldLease(taken, 'me', 'still later').spec).toMatchObject({
    acquireTime: 'later',
    renewTime: 'still later',
    leaseTransitions: 1,
  })
})

test('an API server’s lease has the form of the genuine one', () => {
  expect(apiServerLeaseName('n1')).toMatch(/^apiserver-[a-z2-7]{26}$/)
  expect(apiServerLeaseName('n1')).not.toBe(apiServerLeaseName('n2'))
})

test.each([
  ['a pod on a node is marked', running('p', 'a'), {}, false],
  ['a pod on a node goes when its kubelet says so', running('p', 'a'), { gracePeriodSeconds: 0 }, true],
  ['an ended pod goes at once', running('p', 'a', set, 'Succeeded'), {}, true],
  ['a pod that waits goes at once', running('p', ''), {}, true],
  ['a finalizer holds it', { ...running('p', ''), metadata: { name: 'p', finalizers: ['x'] } }, {}, false],
])('deletion: %s', (_, pod, options, removed) => {
  expect(decideDeletion(builtin('pods'), pod, options, new Date(NOW)).remove).toBe(removed)
})
