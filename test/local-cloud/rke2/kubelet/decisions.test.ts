import { expect, test } from '@jest/globals'
import { forbiddenLabels } from '../../../../src/local-cloud/rke2/kubelet/forbidden-labels.ts'
import { pullFault } from '../../../../src/local-cloud/rke2/kubelet/images.ts'
import { mergeConditions, parseTaint } from '../../../../src/local-cloud/rke2/kubelet/node-object.ts'
import { phaseOf } from '../../../../src/local-cloud/rke2/kubelet/pod-status.ts'
import { allocateAddress } from '../../../../src/local-cloud/rke2/kubelet/sandbox.ts'

test.each([
  ['example.com/role', true],
  ['plain', true],
  ['topology.kubernetes.io/zone', true],
  ['node.kubernetes.io/anything', true],
  ['foo.kubelet.kubernetes.io/x', true],
  ['node-role.kubernetes.io/worker', false],
  ['app.kubernetes.io/name', false],
  ['x.k8s.io/y', false],
])('the kubelet takes label %s: %s', (label, taken) => {
  expect(forbiddenLabels([label]) === undefined).toBe(taken)
})

test.each([
  ['CriticalAddonsOnly=true:NoExecute', { key: 'CriticalAddonsOnly', value: 'true', effect: 'NoExecute' }],
  ['dedicated:NoSchedule', { key: 'dedicated', effect: 'NoSchedule' }],
  ['a/b=:NoSchedule', { key: 'a/b', effect: 'NoSchedule' }],
])('%s', (text, taint) => {
  expect(parseTaint(text)).toEqual(taint)
})

const running = { running: { startedAt: '' } }
const waiting = { waiting: { reason: 'ContainerCreating' } }
const ended = (exitCode: number) => ({
  terminated: { exitCode, reason: '', startedAt: '', finishedAt: '', containerID: '' },
})
test.each([
  ['Always', [waiting], 'Pending'],
  ['Always', [running], 'Running'],
  ['Never', [running, ended(0)], 'Running'],
  ['Never', [ended(0)], 'Succeeded'],
  ['Never', [ended(0), ended(2)], 'Failed'],
  ['OnFailure', [ended(1)], 'Running'],
  ['Always', [ended(0)], 'Running'],
] as const)('a pod that restarts %s with %j is %s', (policy, states, phase) => {
  expect(phaseOf(policy, states)).toBe(phase)
})

test.each([
  ['rancher/mirrored-cilium-cilium:v1.19.6', true],
  ['docker.io/rancher/mirrored-cilium-cilium:v1.19.6', true],
  ['registry.k8s.io/conformance:v1.35.4', true],
  ['nginx:1', false],
  ['rancher/hardened-coredns:v1', false],
])('image %s can be had: %s', (image, there) => {
  const fault = pullFault(image, new Set(['rancher/mirrored-cilium-cilium:v1.19.6']))
  expect(fault === undefined).toBe(there)
  if (!there) expect(fault).toContain(image)
})

test('conditions of others stay, and the time of a change only moves when there is one', () => {
  const before = [
    { type: 'EtcdIsVoter', status: 'True' },
    { type: 'Ready', status: 'True', lastTransitionTime: 'then' },
  ]
  const ready = { type: 'Ready', status: 'True', reason: '', message: '' } as const
  expect(mergeConditions(before, [ready], 'now')).toEqual([
    { type: 'EtcdIsVoter', status: 'True' },
    { ...ready, lastHeartbeatTime: 'now', lastTransitionTime: 'then' },
  ])
})

test('addresses start after the gateway and the health endpoint, and run out', () => {
  expect(allocateAddress('10.42.7.0/24', new Set(['10.42.7.3']))).toBe('10.42.7.4')
  const all = new Set(Array.from({ length: 256 }, (_, host) => `10.42.7.${host}`))
  expect(() => allocateAddress('10.42.7.0/24', all)).toThrow('no address is free')
})
