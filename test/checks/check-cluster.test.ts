import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { clusterScript } from '../../src/checks/cluster-script.ts'
import { judgeLeases } from '../../src/checks/leases.ts'
import type { MarkedNodes } from '../../src/cluster/node-marks.ts'
import { commandLine } from '../../src/nodes/script.ts'
import { runScript } from './run-script.ts'

interface Lease {
  metadata: { name: string; namespace: string }
  spec: { renewTime: string; holderIdentity?: string; leaseDurationSeconds?: number }
}
const fixture = (name: string) =>
  JSON.parse(readFileSync(`test/fixtures/checks/${name}`, 'utf8')) as { items: Lease[] }

const RECORDED_AT = Date.parse('2026-11-21T11:44:26Z')

/** The recorded leases, as if recorded `ago` ms before now: a microtime, as Kubernetes writes it. */
const leases = (ago: number) => {
  const list = fixture('leases.json')
  for (const name of ['n1', 'n2', 'n3'])
    list.items.push({
      metadata: { name, namespace: 'kube-node-lease' },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: '2026-11-21T11:44:26.123456Z' },
    })
  const shift = Date.now() - ago - RECORDED_AT
  for (const { spec } of list.items)
    spec.renewTime = new Date(Date.parse(spec.renewTime) + shift).toISOString().replace('Z', '157Z')
  return list
}

const rollout = (kind: string, status: object) => ({
  kind,
  metadata: { generation: 2 },
  spec: { replicas: 2 },
  status: { observedGeneration: 2, ...status },
})
const DAEMONSET = rollout('DaemonSet', {
  desiredNumberScheduled: 3,
  updatedNumberScheduled: 3,
  numberAvailable: 3,
})
const OPERATOR = rollout('Deployment', { replicas: 2, updatedReplicas: 2, availableReplicas: 2 })
const UNSCHEDULABLE = '0/3 nodes are available: 3 node(s) had untolerated taint {CriticalAddonsOnly: true}.'
const PENDING = {
  items: [
    {
      metadata: { name: 'cilium-operator-x' },
      spec: {},
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', message: UNSCHEDULABLE }],
      },
    },
  ],
}

/** A curl whose answers are found by a part of each address, the first that fits. */
function curlOf(answers: Readonly<Record<string, unknown>>): string {
  const cases = Object.entries(answers).map(([path, body]) =>
    body === undefined
      ? `*${path}*) echo 404; echo '{"message":"not found"}' >"$out";;`
      : `*${path}*) echo 200; cat >"$out" <<'BODY'\n${JSON.stringify(body)}\nBODY\n;;`,
  )
  return `while (($#)); do
  if [ "$1" = -o ]; then
    out=$2
    case "$3" in
${cases.join('\n')}
*) echo "no answer for $3" >&2; exit 1;;
esac
  fi
  shift
done`
}

/** Path of the second reading. */
const AGAIN = 'namespaces/kube-system/leases'

type Answers = Readonly<Record<string, unknown>>

const curl = (answers: Answers = {}) =>
  curlOf({
    ...{ [AGAIN]: leases(0), '/v1/leases': leases(2_000) },
    '/api/v1/nodes': fixture('nodes.json'),
    'daemonsets/cilium': DAEMONSET,
    'deployments/cilium-operator': OPERATOR,
    'k8s-app': { items: [] },
    'io.cilium': { items: [] },
    ...answers,
  })

function run(body: string, expected: readonly MarkedNodes[] = []) {
  const script = clusterScript(expected)
  return runScript({ ...script, settings: { ...script.settings, LEASES: 'kube-scheduler' } }, { curl: body })
}

const ask = (answers: Answers = {}, expected: readonly MarkedNodes[] = []) => run(curl(answers), expected)

/** The recorded node, under these names and with these marks. */
const nodesWith = (names: readonly string[], labels: object = {}, taints: readonly object[] = []) =>
  names.map((name) => {
    const [node] = fixture('nodes.json').items as unknown as { metadata: { labels: object }; spec: object }[]
    const metadata = { ...node?.metadata, name, labels: { ...node?.metadata.labels, ...labels } }
    return { ...node, metadata, spec: { ...node?.spec, taints } }
  })

test('the genuine RKE2’s nodes and leases', async () => {
  const { answer, bytes } = await ask()
  expect(answer.nodes).toEqual([
    {
      names: ['n1', 'n2', 'n3'],
      ready: 'True',
      version: 'v1.35.4+rke2r1',
      roles: ['control-plane', 'etcd'],
      lacks: [],
      voter: 'True',
      problems: [],
      cordoned: false,
      stale: false,
    },
  ])
  expect(answer.leases.apiServers).toEqual(['n1', 'n2', 'n3'])
  expect(judgeLeases(answer, ['n1', 'n2', 'n3'])).toMatchObject({ status: 'pass' })
  expect(answer.cilium).toEqual({
    daemonset: { desired: 3, updated: 3, available: 3 },
    operator: { desired: 2, updated: 2, available: 2 },
    unready: [],
  })
  expect(bytes).toBeLessThan(2_400)
})

test('after the loss of the leader’s node the dead one is told apart', async () => {
  const { answer } = await ask({ '/api/v1/nodes': fixture('after-leader-loss-nodes.json') })
  const ready = answer.nodes.flatMap(({ names, ready: state }) => names.map((name) => [name, state]))
  expect(Object.fromEntries(ready)).toEqual({ n1: 'Unknown', n2: 'True', n3: 'True' })
})

test('a kubelet that stopped reporting is stale while Ready is still True', async () => {
  const { answer } = await ask({ '/v1/leases': leases(100_000) })
  expect(answer.nodes.map(({ ready, stale }) => [ready, stale])).toEqual([['True', true]])
  expect(answer.leases.apiServers).toHaveLength(3)
})

/** What is judged of a holder that does not renew before so many seconds have passed. */
async function judgeLate(seconds: number, leaseDurationSeconds: number) {
  const then = leases(0)
  for (const { spec } of then.items) spec.leaseDurationSeconds = leaseDurationSeconds
  const isLate = `(( $(date +%s%3N) < ${Date.now() + seconds * 1000} ))`
  const before = curl({ '/v1/leases': then, [AGAIN]: then })
  const after = curl({ '/v1/leases': then, [AGAIN]: leases(-500) })
  const { answer } = await run(`if ${isLate}; then\n${before}\nelse\n${after}\nfi`)
  return judgeLeases(answer, ['n1', 'n2', 'n3']).detail
}

test.each([
  [5, 15, /kube-scheduler on n1/],
  // Two thirds are 4 s, of which bash, which counts whole ones, waits more than 3. A slow machine adds its own.
  [60, 6, /kube-scheduler was not renewed for ([3-9]|\d{2,})\.\d s/],
])('a holder that renews %d s later, of a lease of %d s: %s', async (seconds, duration, told) => {
  expect(await judgeLate(seconds, duration)).toMatch(told)
})

test('what Cilium lacks is told with the scheduler’s reason', async () => {
  const { answer } = await ask({ 'daemonsets/cilium': undefined, 'io.cilium': PENDING })
  expect(answer.cilium).toMatchObject({
    daemonset: null,
    unready: [expect.stringMatching(/on no node: .*CriticalAddonsOnly/)],
  })
})

test('numbers of an older spec do not count', async () => {
  const { answer } = await ask({ 'daemonsets/cilium': { ...DAEMONSET, metadata: { generation: 3 } } })
  expect(answer.cilium.daemonset).toMatchObject({ updated: 0 })
})

test('a thousand agents fit into one answer', async () => {
  const [node] = fixture('nodes.json').items
  const items = Array.from({ length: 1000 }, (_, at) => ({
    ...node,
    metadata: { ...node?.metadata, name: `pr-42-agent-${at + 1}` },
  }))
  const { answer, bytes } = await ask({ '/api/v1/nodes': { items } })
  const names = answer.nodes.flatMap((group) => group.names)
  expect(names).toHaveLength(1000)
  expect(new Set(names).has('pr-42-agent-1000')).toBe(true)
  expect(bytes).toBeLessThan(2_400)
})

const DB = {
  names: ['x-db-1', 'x-db-2'],
  labels: ['example.com/of=db', 'empty='],
  taints: ['db=a:NoSchedule'],
}

test('a node that has what is expected, and more, lacks nothing', async () => {
  const there = nodesWith(DB.names, { 'example.com/of': 'db', empty: '', more: 'x' }, [
    { key: 'db', value: 'a', effect: 'NoSchedule' },
    { key: 'other', effect: 'NoExecute' },
  ])
  const { answer } = await ask({ '/api/v1/nodes': { items: there } }, [DB])
  expect(answer.nodes).toMatchObject([{ names: DB.names, lacks: [] }])
})

test('what each node lacks is told by its place, labels before taints', async () => {
  const items = [
    ...nodesWith(['x-db-1'], { 'example.com/of': 'web', empty: '' }, [
      { key: 'db', value: 'a', effect: 'NoExecute' },
    ]),
    ...nodesWith(['x-db-2'], { 'example.com/of': 'db' }, [{ key: 'db', value: 'a', effect: 'NoSchedule' }]),
    ...nodesWith(['x-web-1']),
  ]
  const { answer } = await ask({ '/api/v1/nodes': { items } }, [DB])
  expect(answer.nodes.map(({ names, lacks }) => [names, lacks])).toEqual([
    [['x-db-1'], [0, 2]],
    [['x-db-2'], [1]],
    [['x-web-1'], []],
  ])
})

test('a taint without a value is expected in either form', async () => {
  const items = nodesWith(['x-1'], {}, [{ key: 'gpu', effect: 'NoSchedule' }])
  const expected = { names: ['x-1'], labels: [], taints: ['gpu:NoSchedule', 'gpu=:NoSchedule'] }
  const { answer } = await ask({ '/api/v1/nodes': { items } }, [expected])
  expect(answer.nodes).toMatchObject([{ lacks: [] }])
})

test('a thousand agents in twenty groups, each marked by itself, fit into a command and its answer', async () => {
  const named = (at: number) => `a-cluster-name-of-27-letters-agent-${at + 1}`
  const groups = Array.from({ length: 20 }, (_, group) => {
    const names = Array.from({ length: 50 }, (_, at) => named(group * 50 + at))
    return { names, labels: [`example.com/group=g${group}`], taints: [`group=g${group}:NoSchedule`] }
  })
  const items = groups.flatMap(({ names }, group) =>
    nodesWith(names, { 'example.com/group': `g${group}` }, [
      { key: 'group', value: `g${group}`, effect: 'NoSchedule' },
    ]),
  )
  const { answer, bytes } = await ask({ '/api/v1/nodes': { items } }, groups)
  expect(answer.nodes).toMatchObject([{ names: { length: 1000 }, lacks: [] }])
  expect(bytes).toBeLessThan(2_400)
  const alternating = [0, 1].map((odd) => ({
    names: Array.from({ length: 500 }, (_, at) => named(2 * at + odd)),
    labels: [],
    taints: [],
  }))
  expect(commandLine(clusterScript(alternating)).length).toBeLessThan(60_000)
})

test('an API that does not answer is an error, with its words', async () => {
  const refused = runScript(clusterScript([]), { curl: 'echo "connection refused" >&2; exit 7' })
  await expect(refused).rejects.toThrow(/connection refused/)
})
