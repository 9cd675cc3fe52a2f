import { expect, test } from '@jest/globals'
import {
  api,
  condition,
  etcdHealth,
  http,
  isUp,
  isVoter,
  list,
  listening,
  type Member,
  members,
  nodeNamed,
  supervisor,
} from '../ask.ts'
import { type SandboxNode, until } from '../sandbox.ts'
import { type Cluster, config, credentials, FIRST, join, RKE2 } from './cluster.ts'

const memberOf = (seenBy: SandboxNode, name: string): Member | undefined =>
  members(seenBy).find((member) => member.name?.startsWith(`${name}-`))

/** Starts it again with what it has, and waits until it is up. */
async function restart(node: SandboxNode, settings = config(node.name)): Promise<void> {
  node.bash(': >/run/rke2.log')
  node.start('server', settings)
  await until(isUp(node), `${node.name} again`, 60)
}

/** Ends of processes and machines, in an order in which the cluster survives each. */
export function stoppingRows(cluster: Cluster): void {
  test('a killed etcd is started again by the kubelet', async () => {
    const { n1 } = cluster
    const pid = () => n1.bash('cat /run/k3s/containers/etcd.pid').trim()
    const before = pid()
    n1.bash(`kill -9 ${before}`)
    await until(() => /"health": ?"true"/.test(etcdHealth(n1).body) && pid() !== before, 'etcd again')
  }, 300_000)

  test('SIGTERM: RKE2 and the kubelet go, etcd and the API server stay', async () => {
    const { n3 } = cluster
    n3.stop('SIGTERM')
    await until(() => supervisor(n3, '/ping').status === 0, '9345 closed')
    expect(listening(n3)).toEqual(expect.arrayContaining(['*:6443', '127.0.0.1:2379', '172.31.0.13:2379']))
    expect(listening(n3)).not.toContain('*:10250')
    expect(http(n3, 'https://127.0.0.1:6443/readyz').status).toBe(401)
    expect(etcdHealth(n3).status).toBe(200)
  }, 300_000)

  test('a start after SIGTERM: the same member, without its server: being asked', async () => {
    const { n1, n3 } = cluster
    const before = memberOf(n1, 'n3')?.ID
    // Nobody answers at this address: with data on its disk a server doesn't look there.
    await restart(n3, join('n3', cluster.fullToken).replace(FIRST, '172.31.0.99'))
    expect(memberOf(n1, 'n3')?.ID).toBe(before)
  }, 300_000)

  test('rke2-killall.sh: everything ends, pod-manifests is empty, the database stays', () => {
    const { n3 } = cluster
    n3.stop('killall')
    expect(listening(n3).filter((address) => !/:(22|53)$/.test(address))).toEqual([''])
    expect(n3.bash(`ls ${RKE2}/agent/pod-manifests`)).toBe('')
    expect(n3.bash(`ls ${RKE2}/server/db/etcd`)).toContain('member')
  }, 300_000)

  test('a joiner waits while a member is down, and joins when it is back', async () => {
    const n5 = await cluster.sandbox.node('n5', '172.31.0.15')
    n5.start('server', join('n5', cluster.secret))
    await until(() => n5.journal().includes('etcdserver: unhealthy cluster'), 'the refusal', 60)
    // The dead server is still called a voter: EtcdIsVoter proves a join, never life.
    expect(condition(nodeNamed(cluster.n1, 'n3'), 'EtcdIsVoter')?.status).toBe('True')
    await until(
      () => condition(nodeNamed(cluster.n1, 'n3'), 'Ready')?.status === 'Unknown',
      'Ready of the dead server to be Unknown',
    )
    await restart(cluster.n3)
    await until(() => memberOf(cluster.n1, 'n5')?.isLearner === true, 'a learner', 60)
    n5.stop('SIGKILL')
  }, 300_000)

  test('a joiner killed as a learner is promoted all the same; its Node is not there to take the member along', async () => {
    await until(() => isVoter(memberOf(cluster.n1, 'n5')), 'the promotion', 60)
    expect(nodeNamed(cluster.n1, 'n5')).toBeUndefined()
    const { ID } = memberOf(cluster.n1, 'n5') ?? {}
    const etcd = `${RKE2}/server/tls/etcd`
    const removed = http(
      cluster.n1,
      'https://127.0.0.1:2382/v3/cluster/member/remove',
      `--cacert ${etcd}/server-ca.crt --cert ${etcd}/client.crt --key ${etcd}/client.key -d '{"ID":"${ID}"}'`,
    )
    expect(removed.status).toBe(200)
    expect(memberOf(cluster.n1, 'n5')).toBeUndefined()
  }, 300_000)

  test('power loss of two of three: 9345 says nothing of it, 6443 and 2381 do', async () => {
    const { n1, n2, n3 } = cluster
    n2.stop('power loss')
    n3.stop('power loss')
    await until(
      () => etcdHealth(n1).body.includes('"health":"false"'),
      'etcd without a leader',
      60,
      () =>
        [n1, n2, n3].map((node) => `${node.name}: ${etcdHealth(node).body} ${listening(node)}`).join('\n'),
    )
    expect(supervisor(n1, '/ping')).toMatchObject({ status: 200, body: 'pong' })
    expect(supervisor(n1, '/v1-rke2/readyz', credentials(cluster, 'node'))).toMatchObject({
      status: 200,
      body: 'ok',
    })
    expect(http(n1, 'https://127.0.0.1:6443/readyz').status).toBe(401)
    const ready = api(n1, '/readyz', '-m 10')
    expect(ready.status).toBe(500)
    expect(ready.body).toMatch(/\[-\]etcd failed[\s\S]*\[-\]etcd-readiness failed/)
    // No answer within the second that a healthy server never needs; the other gives up after 10 s (here 1 s) and reads its disk.
    expect(supervisor(n1, '/v1-rke2/apiservers', credentials(cluster, 'node'), 1).status).toBe(0)
    const before = performance.now()
    expect(supervisor(n1, '/v1-rke2/server-bootstrap', credentials(cluster, 'server'), 8).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThan(900)
  }, 300_000)

  test('a member that returns brings the majority back by itself', async () => {
    const { n1, n2 } = cluster
    const up = restart(n2)
    await until(() => api(n1, '/readyz').body === 'ok', '6443 of n1', 60)
    expect(/"health": ?"true"/.test(etcdHealth(n1).body)).toBe(true)
    await up
  }, 300_000)

  test('the leases of the dead server have new holders', async () => {
    const { n1 } = cluster
    const holders = () =>
      (list(n1, '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases') ?? [])
        .filter(({ metadata }) => !metadata.name.startsWith('apiserver-'))
        .map(({ spec }) => String(spec['holderIdentity']).replace(/_.*/, ''))
    await until(() => holders().length >= 5 && !holders().includes('n3'), 'new holders', 60)
  }, 300_000)

  test('EtcdIsVoter is written again each 5 minutes (here 15 s); the time of its change stays', async () => {
    const times = () => {
      const voter = condition(nodeNamed(cluster.n1, 'n1'), 'EtcdIsVoter')
      return voter ? [voter.lastHeartbeatTime, voter.lastTransitionTime].map(Date.parse) : []
    }
    await until(() => (times()[0] ?? 0) - (times()[1] ?? 0) >= 14_000, 'a heartbeat')
  }, 300_000)

  test('kubectl delete node of a server removes its member, and that server leaves', async () => {
    const { n1, n3 } = cluster
    await restart(n3)
    expect(api(n1, '/api/v1/nodes/n3', '-X DELETE').status).toBe(200)
    await until(() => memberOf(n1, 'n3') === undefined, 'the removal')
    const words = 'Local Node deleted or removed from etcd cluster, cleaning up server static pods'
    await until(() => n3.journal().includes(words), 'its last words')
    await until(() => nodeNamed(n1, 'n3') === undefined, 'the Node to be gone')
  }, 300_000)
}
