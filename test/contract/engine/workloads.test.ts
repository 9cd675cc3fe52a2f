import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { eventually, startCluster } from './cluster.ts'
import { newNode, startKubelets } from './fake-kubelet.ts'

const TAINT = { key: 'CriticalAddonsOnly', value: 'true', effect: 'NoExecute' }
const UNINITIALIZED = {
  key: 'node.cloudprovider.kubernetes.io/uninitialized',
  value: 'true',
  effect: 'NoSchedule',
}

let cluster: Awaited<ReturnType<typeof startCluster>>
let kubelets: Awaited<ReturnType<typeof startKubelets>>
beforeAll(async () => {
  cluster = await startCluster()
  kubelets = await startKubelets(cluster, [
    newNode('s1', [TAINT, UNINITIALIZED]),
    newNode('a1', [UNINITIALIZED]),
    newNode('a2'),
  ])
}, 60_000)
afterAll(async () => {
  await kubelets.stop()
  await cluster.stop()
})

const workload = (
  kind: string,
  name: string,
  { image = 'pause', tolerations = [] as unknown[], spec = {}, pod = {} } = {},
) => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name },
  spec: {
    ...(kind !== 'Job' && { selector: { matchLabels: { app: name } } }),
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image }], tolerations, ...pod },
    },
    ...spec,
  },
})

const nodesOf = async (app: string) => {
  const path = 'jsonpath={range .items[*]}{.spec.nodeName}{"\\n"}{end}'
  return (await cluster.kubectl('get', 'pods', '-l', `app=${app}`, '-o', path)).trim().split('\n').sort()
}

test('nodes are initialized and get their part of the pod network', async () => {
  await eventually(async () => {
    const said = await cluster.kubectl(
      'get',
      'nodes',
      '-o',
      'jsonpath={range .items[*]}{.spec.providerID} {.spec.podCIDR} {.spec.taints[*].key}{"\\n"}{end}',
    )
    const lines = said.trim().split('\n')
    const cidrs = new Set(lines.map((line) => line.split(' ')[1]))
    return (
      (lines.every((line) => line.startsWith('rke2://')) &&
        cidrs.size === 3 &&
        !said.includes('uninitialized')) ||
      said
    )
  })
  expect(await cluster.kubectl('get', 'nodes')).toMatch(/a1 +Ready +<none> +\d+s +v1\.35\.4\+rke2r1\n/)
})

test('a daemon that tolerates all runs everywhere, another stays off the tainted server', async () => {
  await cluster.apply(workload('DaemonSet', 'everywhere', { tolerations: [{ operator: 'Exists' }] }))
  await cluster.apply(workload('DaemonSet', 'agents-only'))
  await cluster.kubectl('rollout', 'status', 'ds/everywhere', '--timeout=15s')
  await cluster.kubectl('rollout', 'status', 'ds/agents-only', '--timeout=15s')
  expect(await nodesOf('everywhere')).toEqual(['a1', 'a2', 's1'])
  expect(await nodesOf('agents-only')).toEqual(['a1', 'a2'])
}, 40_000)

test('a deployment spreads, rolls over and scales', async () => {
  await cluster.apply(workload('Deployment', 'web', { spec: { replicas: 2 } }))
  await cluster.kubectl('rollout', 'status', 'deploy/web', '--timeout=15s')
  expect(await nodesOf('web')).toEqual(['a1', 'a2'])
  const before = await cluster.kubectl('get', 'pods', '-l', 'app=web', '-o', 'name')
  await cluster.kubectl('rollout', 'restart', 'deploy/web')
  await cluster.kubectl('rollout', 'status', 'deploy/web', '--timeout=15s')
  await eventually(async () => {
    const after = await cluster.kubectl('get', 'pods', '-l', 'app=web', '-o', 'name')
    return (
      (after.split('\n').length === 3 && !after.split('\n').some((name) => name && before.includes(name))) ||
      after
    )
  })
  await cluster.kubectl('patch', 'deploy', 'web', '-p', '{"spec":{"replicas":1}}')
  await cluster.kubectl('wait', '--for=jsonpath={.status.replicas}=1', 'deploy/web', '--timeout=10s')
}, 60_000)

test('a daemon is restarted one node at a time', async () => {
  await cluster.kubectl('rollout', 'restart', 'ds/everywhere')
  expect(await cluster.kubectl('rollout', 'status', 'ds/everywhere', '--timeout=20s')).toContain(
    'successfully rolled out',
  )
}, 40_000)

test('a pod that fits nowhere says why', async () => {
  await cluster.apply(
    workload('Deployment', 'stuck', { pod: { nodeSelector: { 'kubernetes.io/hostname': 's1' } } }),
  )
  const why =
    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector."
  await eventually(async () => {
    const path = 'jsonpath={.items[*].status.conditions[?(@.type=="PodScheduled")].message}'
    const said = await cluster.kubectl('get', 'pods', '-l', 'app=stuck', '-o', path)
    return said.startsWith(why) || said
  })
  expect(await cluster.kubectl('get', 'events', '-o', 'jsonpath={.items[*].message}')).toContain(why)
  await cluster.kubectl('delete', 'deploy', 'stuck', '--wait')
  await eventually(async () => {
    const left = await cluster.kubectl('get', 'rs,pods', '-l', 'app=stuck', '-o', 'name')
    return left === '' || left
  })
}, 40_000)

test('jobs complete, and fail when their pod was restarted too often', async () => {
  const pod = { restartPolicy: 'OnFailure' }
  await cluster.apply(workload('Job', 'good', { image: 'exit0', pod }))
  await cluster.apply(workload('Job', 'bad', { image: 'restarts', pod, spec: { backoffLimit: 1 } }))
  await cluster.kubectl('wait', '--for=condition=Complete', 'job/good', '--timeout=15s')
  await cluster.kubectl('wait', '--for=condition=Failed', 'job/bad', '--timeout=15s')
}, 60_000)

const setTaints = (node: string, taints: unknown[]) =>
  cluster.kubectl('patch', 'node', node, '--type=merge', '-p', JSON.stringify({ spec: { taints } }))

test('a NoExecute taint drives out what does not tolerate it', async () => {
  await setTaints('a2', [TAINT])
  await eventually(async () => {
    const left = await nodesOf('agents-only')
    return left.join() === 'a1' || left.join()
  })
  expect(await nodesOf('everywhere')).toEqual(['a1', 'a2', 's1'])
  await setTaints('a2', [])
  await cluster.kubectl('rollout', 'status', 'ds/agents-only', '--timeout=15s')
}, 40_000)

test('a silent node becomes unknown, its pods leave after their toleration, and it can be deleted', async () => {
  await cluster.apply(
    workload('Deployment', 'moves', {
      spec: { replicas: 1 },
      pod: {
        tolerations: [
          {
            key: 'node.kubernetes.io/unreachable',
            operator: 'Exists',
            effect: 'NoExecute',
            tolerationSeconds: 0,
          },
        ],
      },
    }),
  )
  await cluster.kubectl('rollout', 'status', 'deploy/moves', '--timeout=15s')
  const [home = ''] = await nodesOf('moves')
  kubelets.silence(home)
  await cluster.kubectl('wait', '--for=condition=Ready=Unknown', `node/${home}`, '--timeout=20s')
  await eventually(async () => {
    const taints = await cluster.kubectl('get', 'node', home, '-o', 'jsonpath={.spec.taints[*].key}')
    return taints === 'node.kubernetes.io/unreachable node.kubernetes.io/unreachable' || taints
  })
  await cluster.kubectl('rollout', 'status', 'deploy/moves', '--timeout=15s')
  await cluster.kubectl('delete', 'node', home)
  await eventually(async () => {
    const pods = await cluster.kubectl(
      'get',
      'pods',
      '-A',
      '--field-selector',
      `spec.nodeName=${home}`,
      '-o',
      'name',
    )
    return pods === '' || pods
  })
}, 60_000)
