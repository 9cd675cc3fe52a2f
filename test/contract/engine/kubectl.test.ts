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
})

test('version is RKE2’s', async () => {
  expect(await cluster.kubectl('version')).toContain('Server Version: v1.35.4+rke2r1')
})

test('apply creates, changes, and takes away what it set before', async () => {
  await cluster.apply(configMap('applied', { a: '1', b: '2' }))
  await cluster.apply(configMap('applied', { a: '3' }))
  expect(await cluster.kubectl('get', 'cm', 'applied', '-o', 'jsonpath={.data}')).toBe('{"a":"3"}')
})

test('server-side apply creates and changes', async () => {
  const apply = (object: unknown) =>
    cluster.ask(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(object) })
  expect((await apply(configMap('ssa', { a: '1' }))).stdout).toBe('configmap/ssa serverside-applied\n')
  await apply(configMap('ssa', { b: '2' }))
  expect(await cluster.kubectl('get', 'cm', 'ssa', '-o', 'jsonpath={.data}')).toBe('{"a":"1","b":"2"}')
})

test('a dry run on the server writes nothing', async () => {
  const input = JSON.stringify(configMap('dry', {}))
  const answer = await cluster.ask(['apply', '--dry-run=server', '-f', '-'], { input })
  expect(answer.stdout).toBe('configmap/dry created (server dry run)\n')
  expect((await cluster.ask(['get', 'cm', 'dry'])).stderr).toContain('configmaps "dry" not found')
})

test('create refuses what exists', async () => {
  const input = JSON.stringify(configMap('twice', {}))
  await cluster.ask(['create', '-f', '-'], { input })
  expect((await cluster.ask(['create', '-f', '-'], { input })).stderr).toContain(
    'configmaps "twice" already exists',
  )
})

test.each([
  ['namespace', ['create', 'namespace', 'made-by-hand'], 'namespace/made-by-hand created\n'],
  ['configmap', ['create', 'configmap', 'literal', '--from-literal=a=ü'], 'configmap/literal created\n'],
  ['secret', ['create', 'secret', 'generic', 'hidden', '--from-literal=a=b'], 'secret/hidden created\n'],
])('create %s', async (_, args, said) => {
  expect(await cluster.ask(args)).toEqual({ code: 0, stdout: said, stderr: '' })
})

test('label, annotate and patch of all three kinds', async () => {
  await cluster.apply(configMap('patched', { a: '1' }))
  await cluster.kubectl('label', 'cm', 'patched', 'x=y')
  await cluster.kubectl('annotate', 'cm', 'patched', 'note=it is')
  await cluster.kubectl('patch', 'cm', 'patched', '-p', '{"data":{"b":"2"}}')
  await cluster.kubectl('patch', 'cm', 'patched', '--type=merge', '-p', '{"data":{"a":null}}')
  await cluster.kubectl(
    'patch',
    'cm',
    'patched',
    '--type=json',
    '-p',
    '[{"op":"add","path":"/data/c","value":"3"}]',
  )
  const path = 'jsonpath={.data} {.metadata.labels.x} {.metadata.annotations.note}'
  expect(await cluster.kubectl('get', 'cm', 'patched', '-o', path)).toBe('{"b":"2","c":"3"} y it is')
})

test('selectors by label and field', async () => {
  await cluster.apply({ ...configMap('picked', {}), metadata: { name: 'picked', labels: { pick: 'me' } } })
  expect(await cluster.kubectl('get', 'cm', '-l', 'pick in (me,you)', '-o', 'name')).toBe(
    'configmap/picked\n',
  )
  expect(await cluster.kubectl('get', 'cm', '--field-selector', 'metadata.name=picked', '-o', 'name')).toBe(
    'configmap/picked\n',
  )
  const refused = await cluster.ask(['get', 'cm', '--field-selector', 'data.a=1'])
  expect(refused.stderr).toContain('field label not supported: data.a')
})

test('pages', async () => {
  for (const name of ['p1', 'p2', 'p3'])
    await cluster.apply({ ...configMap(name, {}), metadata: { name, labels: { page: 'yes' } } })
  const names = await cluster.kubectl('get', 'cm', '-l', 'page', '--chunk-size=2', '-o', 'name')
  expect(names).toBe('configmap/p1\nconfigmap/p2\nconfigmap/p3\n')
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

test('a definition serves its resource, with columns', async () => {
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object' } },
    subresources: { status: {} },
    additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
  }
  await cluster.apply({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'boxes.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'boxes', kind: 'Box' },
      versions: [version],
    },
  })
  await cluster.kubectl('wait', '--for=condition=Established', 'crd/boxes.example.com', '--timeout=5s')
  await cluster.apply({
    apiVersion: 'example.com/v1',
    kind: 'Box',
    metadata: { name: 'one' },
    spec: { size: 7 },
    status: { full: true },
  })
  expect(await cluster.kubectl('get', 'boxes')).toMatch(/NAME +SIZE\none +7\n/)
  expect(await cluster.kubectl('get', 'box', 'one', '-o', 'jsonpath={.status}')).toBe('')
  await cluster.kubectl(
    'patch',
    'box',
    'one',
    '--type=merge',
    '--subresource=status',
    '-p',
    '{"status":{"full":false}}',
  )
  expect(await cluster.kubectl('get', 'box', 'one', '-o', 'jsonpath={.status}')).toBe('{"full":false}')
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
    'Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope\n',
  ],
  [
    'a user without rights in a namespace',
    'jane',
    ['get', 'secrets', '-n', 'kube-system'],
    'Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "kube-system"\n',
  ],
  [
    'a node that asks for more',
    'node-n1',
    ['get', 'crd'],
    'Error from server (Forbidden): customresourcedefinitions.apiextensions.k8s.io is forbidden: User "system:node:n1" cannot list resource "customresourcedefinitions" in API group "apiextensions.k8s.io" at the cluster scope\n',
  ],
] as const)('refused: %s', async (_, as, args, said) => {
  const { code, stderr } = await cluster.ask([...args], { as })
  expect({ code, said: stderr.split('\n').at(-2) }).toEqual({ code: 1, said: said.trim() })
})

test('a role gives rights, in its namespace only', async () => {
  const rbac = 'rbac.authorization.k8s.io/v1'
  await cluster.apply({
    apiVersion: rbac,
    kind: 'Role',
    metadata: { name: 'reader', namespace: 'default' },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
  })
  await cluster.apply({
    apiVersion: rbac,
    kind: 'RoleBinding',
    metadata: { name: 'readers', namespace: 'default' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'people' }],
  })
  expect((await cluster.ask(['get', 'cm'], { as: 'jane' })).code).toBe(0)
  expect((await cluster.ask(['get', 'cm', '-n', 'kube-system'], { as: 'jane' })).stderr).toContain(
    'Forbidden',
  )
  expect((await cluster.ask(['delete', 'cm', '--all'], { as: 'jane' })).stderr).toContain('Forbidden')
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

test('what the engine lacks is refused by name', async () => {
  expect((await cluster.ask(['get', '--raw', '/apis/policy/v1/poddisruptionbudgets'])).stderr).toContain(
    'poddisruptionbudgets',
  )
  expect((await cluster.ask(['get', '--raw', '/api/v1/namespaces/default/pods/x/exec'])).stderr).toContain(
    'pods/exec',
  )
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
