import { expect, test } from '@jest/globals'
import { ciliumValues, ciliumValuesHash } from '../../../src/cluster/cilium-values.ts'
import { ciliumRollout } from '../../../src/nodes/scripts.ts'
import { clusterPhases } from '../../../src/phases/cluster.ts'
import { installCilium } from '../../../src/phases/install-cilium.ts'
import { runPhases } from '../../../src/phases/phase.ts'
import { recordedCluster } from '../../phases/recorded-cluster.ts'
import { createMachine } from './machine.ts'

const wish = { hubble: true, wireguard: true, servers: 3, agents: 3, ciliumValues: {} }
const { podAnnotations, operator } = ciliumValues(wish) as {
  podAnnotations: object
  operator: { podAnnotations: object }
}
const valuesHash = ciliumValuesHash(wish)

const daemons = {
  desiredNumberScheduled: 6,
  updatedNumberScheduled: 6,
  numberAvailable: 6,
  observedGeneration: 2,
}
const operators = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, observedGeneration: 2 }

const workload = (status: object, annotations: object = {}, spec: object = {}) => ({
  metadata: { generation: 2 },
  spec: { template: { metadata: { annotations } }, ...spec },
  status,
})
const agentsAre = (status: object = daemons, annotations = podAnnotations) => workload(status, annotations)
const operatorIs = (status: object = operators, annotations = operator.podAnnotations) =>
  workload(status, annotations, { replicas: 2 })

/** A server whose API has these two objects. */
function look(agents: object, cilium: object, nodeCount = 6) {
  const { run, tell } = createMachine({
    curl: 'for last; do :; done; cat "$FAKE/$(basename "$last")"',
    kubectl: 'echo "Error: INSTALLATION FAILED: values do not match"',
  })
  tell('cilium', JSON.stringify(agents))
  tell('cilium-operator', JSON.stringify(cilium))
  return run(ciliumRollout({ withinSeconds: 0, nodeCount, valuesHash })).answer
}

test('a rollout is complete', () => {
  expect(look(agentsAre(), operatorIs())).toEqual({
    done: true,
    applied: true,
    desired: 6,
    updated: 6,
    available: 6,
    operators: 2,
    operatorsWanted: 2,
    tail: '',
  })
})

test.each([
  ['not seen by the controller yet', agentsAre({ ...daemons, observedGeneration: 1 }), operatorIs()],
  ['with an old pod', agentsAre({ ...daemons, updatedNumberScheduled: 5 }), operatorIs()],
  [
    'on fewer nodes than there are',
    agentsAre({ ...daemons, desiredNumberScheduled: 5, updatedNumberScheduled: 5, numberAvailable: 5 }),
    operatorIs(),
  ],
  ['without its operator', agentsAre(), operatorIs({ observedGeneration: 2 })],
  ['with an old operator', agentsAre(), operatorIs({ ...operators, updatedReplicas: 1 })],
  ['with an old operator besides', agentsAre(), operatorIs({ ...operators, replicas: 3 })],
])('a rollout %s is not', (_, agents, cilium) => {
  expect(look(agents, cilium)).toMatchObject({
    ...{ done: false, applied: true, tail: expect.stringContaining('INSTALLATION FAILED') },
  })
})

const before = { 'rke2-action/values': 'sha256-of-other-values' }
test.each([
  ['agents', agentsAre(daemons, before), operatorIs()],
  ['the operator', agentsAre(), operatorIs(operators, before)],
  ['agents of a cluster from before there was a hash', agentsAre(daemons, {}), operatorIs()],
])('values that %s do not have yet are not rolled out, however complete all is', (_, agents, cilium) => {
  expect(look(agents, cilium)).toMatchObject({
    ...{ done: false, applied: false, available: 6, tail: expect.stringContaining('INSTALLATION FAILED') },
  })
})

test('no workloads yet is not done', () => {
  expect(look({}, {}, 0)).toMatchObject({ done: false, applied: false })
})

test('the phase asks for the hash of the values that it applies, and tells that they are not applied yet', async () => {
  const { context, machines } = await recordedCluster({ servers: 3, agents: 3, timeout: 3 })
  await runPhases(clusterPhases, context)
  const asked: string[] = []
  const seen = { done: false, applied: false, desired: 6, updated: 6, available: 6 }
  machines.answers['cilium-rollout'] = ({ commands }) => {
    const [, packed = ''] = /printf %s (\S+)/.exec(commands[0] ?? '') ?? []
    asked.push(Buffer.from(packed, 'base64').toString())
    return {
      exitCode: 0,
      stdout: JSON.stringify({ ...seen, operators: 2, operatorsWanted: 2, tail: 'Error: UPGRADE FAILED' }),
    }
  }
  await expect(installCilium.run(context)).rejects.toThrow(
    /within 3 s \(the new values are not applied yet\).*\n {4}Error: UPGRADE FAILED/,
  )
  expect(asked[0]).toContain(ciliumValuesHash(context.spec))
}, 30_000)
