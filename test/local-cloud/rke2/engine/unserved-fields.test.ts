import { expect, test } from '@jest/globals'
import type { KubeObject } from '../../../../src/local-cloud/rke2/engine/kubernetes.ts'
import { prepareCreate } from '../../../../src/local-cloud/rke2/engine/store/prepare.ts'
import { builtin } from '../../../../src/local-cloud/rke2/engine/store/resources.ts'

const BIRTH = { now: '2026-11-21T12:00:00Z', uid: 'u', suffix: 'abcde' }
const plurals = { Pod: 'pods', Deployment: 'deployments', DaemonSet: 'daemonsets', Job: 'jobs' } as const
type Kind = keyof typeof plurals

const template = (spec: object = {}) => ({ template: { spec: { containers: [{ name: 'c' }], ...spec } } })
const onFailure = template({ restartPolicy: 'OnFailure' })

function create(kind: Kind, spec: object) {
  const object: KubeObject = { apiVersion: '', kind, metadata: { name: 'x' }, spec }
  return prepareCreate(builtin(plurals[kind]), object, 'default', BIRTH)
}

test.each<[Kind, object]>([
  ['Pod', { affinity: { podAntiAffinity: {}, nodeAffinity: {} } }],
  ['Deployment', template()],
  ['DaemonSet', template()],
  ['Job', onFailure],
])('an ordinary %s is taken', (kind, spec) => {
  expect(create(kind, spec).metadata.name).toBe('x')
})

test.each<[Kind, object, string]>([
  ['Pod', { affinity: { podAffinity: {} } }, 'spec.affinity.podAffinity'],
  ['Pod', { topologySpreadConstraints: [{}] }, 'spec.topologySpreadConstraints'],
  ['Pod', { containers: [{ name: 'c', ports: [{ hostPort: 80 }] }] }, 'spec.containers.ports.hostPort'],
  ['Deployment', { ...template(), paused: true }, 'spec.paused'],
  ['Deployment', { ...template(), strategy: { type: 'Recreate' } }, 'spec.strategy.type'],
  ['Deployment', template({ affinity: { podAffinity: {} } }), 'spec.template.spec.affinity.podAffinity'],
  ['DaemonSet', { ...template(), updateStrategy: { type: 'OnDelete' } }, 'spec.updateStrategy.type'],
  ['Job', { ...onFailure, completions: 2 }, 'spec.completions'],
  ['Job', { ...onFailure, parallelism: 2 }, 'spec.parallelism'],
  ['Job', { ...onFailure, suspend: true }, 'spec.suspend'],
  ['Job', { ...onFailure, ttlSecondsAfterFinished: 0 }, 'spec.ttlSecondsAfterFinished'],
  ['Job', { ...onFailure, activeDeadlineSeconds: 9 }, 'spec.activeDeadlineSeconds'],
  ['Job', template({ restartPolicy: 'Never' }), 'spec.template.spec.restartPolicy'],
])('a %s with %j is refused for %s', (kind, spec, field) => {
  expect(() => create(kind, spec)).toThrow(
    `the light control plane does not serve ${field} of a ${kind} as it is given: --control-plane upstream serves it`,
  )
})
