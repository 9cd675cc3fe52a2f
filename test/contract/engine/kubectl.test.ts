import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startCluster } from './cluster.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster()
}, 60_000)
afterAll(() => cluster.stop())

const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})

test('readyz tells its checks', async () => {
  const said = await cluster.kubectl('get', '--raw', '/readyz?verbose')
  expect(said).toContain('[+]etcd ok\n[+]etcd-readiness ok\n[+]informer-sync ok\n')
  expect(said).toMatch(/\nreadyz check passed\n$/)
  expect((await cluster.ask(['get', '--raw', '/readyz'], { as: 'node-n1' })).stdout).toBe('ok')
})

test('version is RKE2’s', async () => {
  expect(await cluster.kubectl('version')).toContain('Server Version: v1.35.4+rke2r1')
})

test('apply creates, changes, and takes away what it set before', async () => {
  await cluster.apply(configMap('applied', { a: '1', b: '2' }))
  await cluster.apply(configMap('applied', { a: '3' }))
  expect(await cluster.kubectl('get', 'cm', 'applied', '-o', 'jsonpath={.data}')).toBe('{"a":"3"}')
})

test('create refuses what exists', async () => {
  const input = JSON.stringify(configMap('twice', {}))
  await cluster.ask(['create', '-f', '-'], { input })
  expect((await cluster.ask(['create', '-f', '-'], { input })).stderr).toContain(
    'configmaps "twice" already exists',
  )
})

test('label, annotate and merge patches', async () => {
  await cluster.apply(configMap('patched', { a: '1' }))
  await cluster.kubectl('label', 'cm', 'patched', 'x=y')
  await cluster.kubectl('annotate', 'cm', 'patched', 'note=it is')
  await cluster.kubectl('patch', 'cm', 'patched', '-p', '{"data":{"b":"2"}}')
  await cluster.kubectl('patch', 'cm', 'patched', '--type=merge', '-p', '{"data":{"a":null}}')
  const path = 'jsonpath={.data} {.metadata.labels.x} {.metadata.annotations.note}'
  expect(await cluster.kubectl('get', 'cm', 'patched', '-o', path)).toBe('{"b":"2"} y it is')
})

test('selectors by label and field', async () => {
  await cluster.apply({ ...configMap('picked', {}), metadata: { name: 'picked', labels: { pick: 'me' } } })
  expect(await cluster.kubectl('get', 'cm', '-l', 'pick=me,!other', '-o', 'name')).toBe('configmap/picked\n')
  expect(await cluster.kubectl('get', 'cm', '--field-selector', 'metadata.name=picked', '-o', 'name')).toBe(
    'configmap/picked\n',
  )
  const refused = await cluster.ask(['get', 'cm', '--field-selector', 'data.a=1'])
  expect(refused.stderr).toContain('does not serve the field selector data.a')
})

test('a stale replace is refused', async () => {
  await cluster.apply(configMap('raced', { a: '1' }))
  const stale = await cluster.kubectl('get', 'cm', 'raced', '-o', 'json')
  await cluster.kubectl('patch', 'cm', 'raced', '-p', '{"data":{"a":"2"}}')
  const refused = await cluster.ask(['replace', '-f', '-'], { input: stale })
  expect(refused.stderr).toContain(
    'the object has been modified; please apply your changes to the latest version and try again',
  )
})

test('a namespace takes its objects with it', async () => {
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'doomed' } })
  await cluster.apply({ ...configMap('inside', {}), metadata: { name: 'inside', namespace: 'doomed' } })
  await cluster.kubectl('delete', 'namespace', 'doomed', '--wait', '--timeout=10s')
  expect((await cluster.ask(['get', 'cm', '-n', 'doomed', '-o', 'name'])).stdout).toBe('')
  expect((await cluster.ask(['get', 'ns', 'doomed'])).stderr).toContain('namespaces "doomed" not found')
}, 20_000)

test.each([
  [
    'no certificate of our CA',
    'stranger',
    ['get', 'nodes'],
    'error: You must be logged in to the server (Unauthorized)\n',
  ],
  [
    'a user without rights',
    'jane',
    ['get', 'nodes'],
    'Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope (the light control plane does not serve roles and bindings: --control-plane upstream serves them)\n',
  ],
  [
    'a user without rights in a namespace',
    'jane',
    ['get', 'secrets', '-n', 'kube-system'],
    'Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "kube-system" (the light control plane does not serve roles and bindings: --control-plane upstream serves them)\n',
  ],
  [
    'a node that asks for more',
    'node-n1',
    ['get', 'crd'],
    'Error from server (Forbidden): customresourcedefinitions.apiextensions.k8s.io is forbidden: User "system:node:n1" cannot list resource "customresourcedefinitions" in API group "apiextensions.k8s.io" at the cluster scope (the light control plane does not serve roles and bindings: --control-plane upstream serves them)\n',
  ],
] as const)('refused: %s', async (_, as, args, said) => {
  const { code, stderr } = await cluster.ask([...args], { as })
  expect({ code, said: stderr.split('\n').at(-2) }).toEqual({ code: 1, said: said.trim() })
})

test('a node registers itself and gives itself no role', async () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }
  const create = (object: unknown) =>
    cluster.ask(['create', '-f', '-'], { as: 'node-n1', input: JSON.stringify(object) })
  const other = await create({ ...node, metadata: { name: 'n2' } })
  expect(other.stderr).toContain('node "n1" is not allowed to modify node "n2"')
  expect((await create(node)).stdout).toBe('node/n1 created\n')
  const role = await cluster.ask(['label', 'node', 'n1', 'node-role.kubernetes.io/etcd=true'], {
    as: 'node-n1',
  })
  expect(role.stderr).toContain('is not allowed to modify labels: node-role.kubernetes.io/etcd')
})

test('describe of a node, as remedies name it', async () => {
  await cluster.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'described' } })
  const said = await cluster.kubectl('describe', 'node', 'described')
  expect(said).toMatch(/^Name: +described\n/)
  expect(said).toMatch(/\nNon-terminated Pods: +\(0 in total\)/)
  expect(said).toMatch(/\nEvents: +<none>/)
})

const escaped = (words: string) => words.replaceAll(/[.+]/g, '\\$&')
const manifest = (object: object) => JSON.stringify({ metadata: { name: 'unserved' }, ...object })
const patch = (type: string, body: string) => ['patch', 'cm', 'patched', `--type=${type}`, '-p', body]

test.each<[string, string[], string?]>([
  ['poddisruptionbudgets of policy/v1', ['get', '--raw', '/apis/policy/v1/poddisruptionbudgets']],
  ['services of v1', ['get', '--raw', '/api/v1/services']],
  ['/livez', ['get', '--raw', '/livez']],
  ['get of pods/exec', ['get', '--raw', '/api/v1/namespaces/default/pods/x/exec']],
  ['the parameter continue', ['get', '--raw', '/api/v1/pods?continue=x']],
  ['patches of type application/json-patch+json', patch('json', '[]')],
  ['strategic merge patches with lists', patch('strategic', '{"metadata":{"finalizers":["x/y"]}}')],
  ['bodies of type application/vnd.kubernetes.protobuf', ['create', 'namespace', 'unserved']],
  [
    'bodies of type application/apply-patch+yaml',
    ['apply', '--server-side', '-f', '-'],
    manifest({ apiVersion: 'v1', kind: 'ConfigMap' }),
  ],
  [
    'the parameter dryRun',
    ['create', '--dry-run=server', '-f', '-'],
    manifest({ apiVersion: 'v1', kind: 'ConfigMap' }),
  ],
  ['dry runs', ['delete', 'cm', 'patched', '--dry-run=server']],
  ['the propagation policy Orphan', ['delete', 'cm', 'patched', '--cascade=orphan']],
  ['the label selector', ['get', 'cm', '-l', 'a in (b,c)']],
  [
    'spec.affinity.podAffinity of a Pod',
    ['create', '-f', '-'],
    manifest({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [], affinity: { podAffinity: {} } } }),
  ],
])('refused by name: %s', async (what, args, input = '') => {
  const { code, stderr } = await cluster.ask(args, { input })
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      new RegExp(
        `the light control plane does not serve ${escaped(what)}.*: --control-plane upstream serves`,
      ),
    ),
  })
})

test('without etcd nothing is ready and nothing is read, and it comes back', async () => {
  const [etcd] = cluster.etcds
  etcd?.kill('SIGSTOP')
  const ready = await cluster.ask(['get', '--raw', '/readyz?verbose'])
  expect(ready.stderr).toContain(
    '[-]etcd failed: reason withheld\\n[-]etcd-readiness failed: reason withheld',
  )
  expect((await cluster.ask(['get', 'nodes', '--request-timeout=2s'])).code).toBe(1)
  etcd?.kill('SIGCONT')
  await cluster.kubectl('get', 'nodes')
  expect(await cluster.kubectl('get', '--raw', '/readyz')).toBe('ok')
}, 30_000)
