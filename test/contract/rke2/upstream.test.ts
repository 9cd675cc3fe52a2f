import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import killall from '../../../src/local-cloud/rke2/artifacts/rke2-killall.sh'
import { findBinaries } from '../../../src/local-cloud/tools/kubernetes/find-binaries.ts'
import { createSandbox, type Sandbox, type SandboxNode, until } from './sandbox.ts'

const RELEASE = 'v1.35.4+rke2r1'
const found = findBinaries(RELEASE)
// Said in the name of what is skipped, so that no report of this run can hide it.
const upstream = found
  ? describe
  : (_: string, work: () => void) =>
      describe.skip('NOT RUN: no upstream Kubernetes here (npm run build:kubernetes)', work)

const TLS = '/var/lib/rancher/rke2/server/tls'
const AGENT = '/var/lib/rancher/rke2/agent'
/** Those that lead by a lease, and exit without it. */
const LED = ['kube-controller-manager', 'kube-scheduler']
const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']

const call = (path: string, certificate = `${TLS}/client-admin`, more = '') =>
  `curl -sS -m 10 --cacert ${TLS}/server-ca.crt --cert ${certificate}.crt --key ${certificate}.key ${more} 'https://127.0.0.1:6443${path}'`
const asJson = (method: string, body: unknown, type = 'application/json') =>
  `-X ${method} -H 'content-type: ${type}' -d '${JSON.stringify(body)}'`
const asNode = `${AGENT}/client-kubelet`

upstream("upstream's control plane", () => {
  let sandbox: Sandbox
  let first: SandboxNode
  const get = <Answer>(path: string) => JSON.parse(first.bash(call(path))) as Answer
  const pidOf = (component: string, node = first) =>
    node.bash(`cat /run/k3s/containers/${component}.pid`).trim()
  const alive = (component: string) => first.bash(`kill -0 ${pidOf(component)} && echo yes || true`).trim()
  const isReady = () => first.bash(`${call('/readyz')} || true`) === 'ok'
  const lease = (name: string) =>
    get<{ spec?: { holderIdentity?: string; renewTime?: string } }>(
      `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/${name}`,
    ).spec ?? {}
  const renewed = async () => {
    for (const component of LED) {
      const before = lease(component).renewTime
      await until(() => lease(component).renewTime !== before, `somebody to lead as ${component}`, 60)
    }
  }

  beforeAll(async () => {
    sandbox = await createSandbox(found?.directory)
    first = await sandbox.node('n1', '172.31.0.11')
    first.start('server', 'node-name: n1\ncni: cilium\ndisable-kube-proxy: true\ntoken: abc\n')
    await until(() => first.journal().includes('rke2 is up and running'), 'the first server', 120)
  }, 180_000)
  afterAll(() => sandbox?.destroy())

  test('is upstream, lets in nobody unknown, and holds its leases', async () => {
    expect(get<{ gitVersion: string }>('/version').gitVersion).toBe(found?.version)
    expect(first.bash('curl -sk -o /dev/null -w "%{http_code}" https://127.0.0.1:6443/readyz')).toBe('401')
    expect(first.bash(call('/readyz', asNode))).toBe('ok')
    for (const [name, identity] of [
      ['kube-controller-manager', /^n1_/],
      ['kube-scheduler', /^n1_/],
      ['rke2-cloud-controller-manager', /^n1_/],
      ['rke2', /^n1$/],
      ['rke2-etcd', /^n1$/],
    ] as const)
      await until(() => identity.test(lease(name).holderIdentity ?? ''), `a holder of ${name}`)
  }, 60_000)

  test('secrets lie encrypted in etcd', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'seen' },
      stringData: { word: 'plain' },
    }
    first.bash(call('/api/v1/namespaces/default/secrets', undefined, asJson('POST', secret)))
    const key = Buffer.from('/registry/secrets/default/seen').toString('base64')
    const kept = first.bash(
      `curl -sS --cacert ${TLS}/etcd/server-ca.crt --cert ${TLS}/etcd/client.crt --key ${TLS}/etcd/client.key -d '{"key":"${key}"}' https://127.0.0.1:2379/v3/kv/range`,
    )
    const value = (JSON.parse(kept) as { kvs: [{ value: string }] }).kvs[0].value
    expect(Buffer.from(value, 'base64').toString('latin1')).toMatch(/^k8s:enc:aescbc:v1:aescbckey:/)
  })

  test('the kubelet is a node and nothing more', async () => {
    const label = asJson(
      'PATCH',
      { metadata: { labels: { 'node-role.kubernetes.io/worker': 'true' } } },
      'application/merge-patch+json',
    )
    expect(first.bash(call('/api/v1/nodes/n1', asNode, label))).toContain('is not allowed to modify labels')
    expect(first.bash(call('/api/v1/namespaces/default/secrets/seen', asNode))).toContain(
      'no relationship found',
    )
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      spec: { nodeName: 'n1', containers: [{ name: 'x', image: 'x' }] },
    }
    // Until the namespace has its service account, no pod gets as far as that.
    await until(
      () =>
        first
          .bash(call('/api/v1/namespaces/default/pods', asNode, asJson('POST', pod)))
          .includes('can only create mirror pods'),
      'the refusal of a pod that is no mirror',
    )
  }, 60_000)

  test('the cloud controller has its own rights, and initializes the node', async () => {
    const own = `${TLS}/client-rke2-cloud-controller`
    expect(first.bash(call('/api/v1/namespaces/default/secrets/seen', own))).toContain('"code": 403')
    await until(
      () => get<{ spec: { providerID?: string } }>('/api/v1/nodes/n1').spec.providerID === 'rke2://n1',
      'the provider id',
    )
  }, 60_000)

  test('Cilium is a release of the real Helm, and the node becomes Ready', async () => {
    await until(
      () => {
        const { status } = get<{ status: { conditions: { type: string; status: string }[] } }>(
          '/api/v1/nodes/n1',
        )
        return status.conditions.some(({ type, status: holds }) => type === 'Ready' && holds === 'True')
      },
      'Ready',
      90,
    )
    const { items } = get<{ items: { metadata: { name: string } }[] }>(
      '/api/v1/namespaces/kube-system/secrets',
    )
    expect(items.map(({ metadata }) => metadata.name)).toContain('sh.helm.release.v1.rke2-cilium.v1')
  }, 120_000)

  test.each(['k8s-app=cilium', 'component=kube-scheduler'])(
    'a pod that a controller called not ready (%s), as its node was away, is said to be ready again',
    async (label) => {
      interface Condition {
        type: string
        status: string
      }
      interface List {
        items: { metadata: { name: string }; status: { conditions?: Condition[] } }[]
      }
      const pods = '/api/v1/namespaces/kube-system/pods'
      const [pod] = get<List>(`${pods}?labelSelector=${encodeURIComponent(label)}`).items
      const path = `${pods}/${pod?.metadata.name}`
      const readyIn = ({ status }: List['items'][number]) =>
        status.conditions?.find(({ type }) => type === 'Ready')?.status
      const isCalledReady = () => readyIn(get(path)) === 'True'
      await until(isCalledReady, `${path} to be ready`)
      const patch = { status: { conditions: [{ type: 'Ready', status: 'False' }] } }
      const said = first.bash(
        call(`${path}/status`, undefined, asJson('PATCH', patch, 'application/strategic-merge-patch+json')),
      )
      expect(readyIn(JSON.parse(said))).toBe('False')
      await until(isCalledReady, `${path} to be called ready`)
    },
    90_000,
  )

  test.each(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])(
    'a killed %s comes back',
    async (component) => {
      const before = pidOf(component)
      first.bash(`kill -9 ${before}`)
      await until(() => pidOf(component) !== before && alive(component) === 'yes' && isReady(), component, 60)
    },
    90_000,
  )

  test('a server with the light control plane can neither join nor go on here', async () => {
    const other = await sandbox.node('n2', '172.31.0.12')
    const light = `printf '{"speed":20,"controlPlane":"light"}' >/opt/local-cloud/settings.json`
    other.bash(light)
    other.start('server', 'server: https://172.31.0.11:9345\ntoken: abc\n')
    await until(() => other.journal().includes('level=fatal'), 'the end')
    expect(other.journal()).toContain('the cluster runs with the upstream control plane')
    expect(other.bash('ls /var/lib/rancher/rke2/agent/pod-manifests 2>/dev/null || true')).toBe('')
  }, 60_000)

  test('a lost quorum stops the controllers, and all of them come back with it', async () => {
    const second = await sandbox.node('n3', '172.31.0.13')
    const settings = `'{"speed":20,"controlPlane":"upstream"}'`
    second.bash(`printf ${settings} >/opt/local-cloud/settings.json`)
    second.start('server', 'node-name: n3\ncni: cilium\nserver: https://172.31.0.11:9345\ntoken: abc\n')
    await until(() => second.journal().includes('rke2 is up and running'), 'the second server', 120)
    // A lease may still be one of those that were killed before: who renews it leads.
    await renewed()
    // A process that only waits for the lease goes on waiting.
    const leaders = LED.map((component) => {
      const node = lease(component).holderIdentity?.startsWith('n3_') ? second : first
      return { component, node, pid: pidOf(component, node) }
    })
    const manifest = '/var/lib/rancher/rke2/agent/pod-manifests/etcd.yaml'
    second.bash(`mv ${manifest} /run/etcd.yaml`)
    const ask = call('/readyz', undefined, "-o /dev/null -w '%{http_code}'")
    const readiness = () => first.bash(`${ask} 2>/dev/null || true`)
    await until(() => readiness() === '500', 'an API server that is not ready', 60)
    const supervisor =
      "curl -sk -u node:abc -o /dev/null -w '%{http_code}' https://127.0.0.1:9345/v1-rke2/readyz"
    expect(first.bash(supervisor)).toBe('200')
    const hasEnded = ({ component, node, pid }: (typeof leaders)[number]) => pidOf(component, node) !== pid
    await until(() => leaders.every(hasEnded), 'their exit', 60)
    second.bash(`mv /run/etcd.yaml ${manifest}`)
    await until(isReady, 'an API server that is ready again', 90)
    await renewed()
  }, 300_000)

  test('kill -9 of rke2 leaves etcd and the control plane; the other control plane does not take them over', async () => {
    first.bash("pkill -9 -f 'rke2.js server'")
    for (const component of COMPONENTS) expect(alive(component)).toBe('yes')
    first.bash(`printf '{"speed":20,"controlPlane":"light"}' >/opt/local-cloud/settings.json`)
    first.start('server', 'node-name: n1\ncni: cilium\ntoken: abc\n')
    await until(() => first.journal().includes('level=fatal'), 'the end')
    expect(first.journal()).toContain('this server was started with the upstream control plane')
    for (const component of COMPONENTS) expect(alive(component)).toBe('yes')
  }, 60_000)

  test('rke2-killall.sh ends them all and keeps the database', async () => {
    first.bash(`cat >/run/killall.sh <<'KILLALL'\n${killall}\nKILLALL\nsh /run/killall.sh >/dev/null 2>&1`)
    await until(() => !first.bash('ps -e -o args').includes('kube-'), 'the end of the control plane')
    expect(first.bash('ps -e -o args')).not.toContain('etcd --config-file')
    expect(first.bash('ls /var/lib/rancher/rke2/server/db/etcd/member')).toContain('wal')
  }, 60_000)
})
