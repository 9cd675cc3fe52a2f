import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createSandbox, type Sandbox, type SandboxNode, until } from './sandbox.ts'

let sandbox: Sandbox
let first: SandboxNode
let token = ''

const server = (name: string) => `node-name: ${name}\ncni: cilium\ndisable-kube-proxy: true\n`
const join = (name: string) => `${server(name)}server: https://172.31.0.11:9345\ntoken: ${token}\n`
const api = (path: string, more = '') =>
  `T=/var/lib/rancher/rke2/server/tls; curl -sS -m 5 --cacert $T/server-ca.crt --cert $T/client-admin.crt --key $T/client-admin.key ${more} 'https://127.0.0.1:6443${path}'`
const etcdMembers = `T=/var/lib/rancher/rke2/server/tls/etcd; curl -sS -m 5 --cacert $T/server-ca.crt --cert $T/client.crt --key $T/client.key -d '{}' https://127.0.0.1:2382/v3/cluster/member/list`

interface Node {
  metadata: { name: string }
  status: { conditions: { type: string; status: string }[] }
}
const nodes = (): Node[] => (JSON.parse(first.bash(api('/api/v1/nodes'))) as { items: Node[] }).items
const holds = (node: Node, type: string) =>
  node.status.conditions.some((condition) => condition.type === type && condition.status === 'True')
const isUp = (node: SandboxNode) => () => node.journal().includes('rke2 is up and running')

beforeAll(async () => {
  sandbox = await createSandbox()
  first = await sandbox.node('n1', '172.31.0.11')
  first.start('server', `${server('n1')}token: abc\n`)
  await until(isUp(first), 'the first server')
  token = first.bash('cat /var/lib/rancher/rke2/server/token').trim()
}, 60_000)

afterAll(() => sandbox.destroy())

test('the first server answers as RKE2 does, and told systemd', () => {
  expect(first.bash('cat /run/ready').trim()).toBe('ready')
  expect(token).toMatch(/^K10[0-9a-f]{64}::server:abc$/)
  expect(first.bash('stat -c %a /var/lib/rancher/rke2/server/token').trim()).toBe('600')
  const code = (path: string, credentials = '') =>
    first.bash(`curl -sk -m 5 ${credentials} -o /dev/null -w '%{http_code}' https://127.0.0.1:${path}`)
  expect(code('9345/ping')).toBe('200')
  expect(code('9345/v1-rke2/readyz')).toBe('403')
  expect(code('9345/v1-rke2/readyz', '-u node:abc')).toBe('200')
  expect(code('9345/v1-rke2/readyz', '-u server:abc')).toBe('403')
  expect(code('6443/readyz')).toBe('401')
})

test('three servers join at once and vote; every node gets its pod network', async () => {
  const others = await Promise.all([sandbox.node('n2', '172.31.0.12'), sandbox.node('n3', '172.31.0.13')])
  for (const node of others) node.start('server', join(node.name))
  for (const node of others) await until(isUp(node), node.name, 60)
  await until(
    () => nodes().filter((node) => holds(node, 'EtcdIsVoter') && holds(node, 'Ready')).length === 3,
    'three voters, Ready',
  )
  const { members } = JSON.parse(first.bash(etcdMembers)) as { members: { isLearner?: boolean }[] }
  expect(members).toHaveLength(3)
  expect(members.filter(({ isLearner }) => isLearner)).toEqual([])
  expect(others[0]?.bash('curl -s -m 5 http://10.42.0.2:4240/hello')).toContain('n1')
}, 120_000)

test('a killed etcd is started again by the kubelet', async () => {
  const pid = first.bash('cat /run/k3s/containers/etcd.pid').trim()
  first.bash(`kill -9 ${pid}`)
  await until(
    () => first.bash('curl -s -m 2 http://127.0.0.1:2381/health || true').includes('"true"'),
    'etcd healthy again',
  )
  expect(first.bash('cat /run/k3s/containers/etcd.pid').trim()).not.toBe(pid)
}, 60_000)

test.each([
  ['wrong token', 'token: nope', 'preparing server: failed to bootstrap cluster data: not authorized'],
  [
    'wrong CA hash',
    `token: K10${'a'.repeat(64)}::server:abc`,
    'token CA hash does not match the Cluster CA certificate hash',
  ],
  ['no token', '', 'token is required to join a cluster'],
  [
    'other range',
    'token: abc\ncluster-cidr: 10.52.0.0/16',
    'critical configuration value mismatch between servers',
  ],
])(
  'a server with %s ends, and says why',
  async (_what, config, words) => {
    const node = await sandbox.node(`x${Math.random().toString(16).slice(2, 8)}`, '172.31.0.31')
    node.start('server', `server: https://172.31.0.11:9345\n${config}\n`)
    await until(() => node.journal().includes('level=fatal'), 'the end')
    expect(node.journal()).toContain(words)
  },
  30_000,
)

test('a label that is not for a node to set: no Node, and the reason in the kubelet log only', async () => {
  const node = await sandbox.node('bad', '172.31.0.41')
  node.start(
    'agent',
    'server: https://172.31.0.11:9345\ntoken: abc\nnode-label: [node-role.kubernetes.io/worker=true]\n',
  )
  await until(() => node.journal().split('Kubelet exited: exit status 1').length > 2, 'a second exit')
  expect(node.bash('cat /var/lib/rancher/rke2/agent/logs/kubelet.log')).toContain(
    'node-role.kubernetes.io/worker',
  )
  expect(node.journal()).not.toContain('node-role.kubernetes.io')
  expect(nodes().map(({ metadata }) => metadata.name)).not.toContain('bad')
}, 30_000)
