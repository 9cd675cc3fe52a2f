import { expect, test } from '@jest/globals'
import { api, condition, etcdHealth, http, list, listening, nodeNamed, supervisor } from '../ask.ts'
import { until } from '../sandbox.ts'
import { type Cluster, credentials, memberOf, restart } from './cluster.ts'

/** The majority lost and regained, and what its loss leaves behind. */
export function quorumRows(cluster: Cluster): void {
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
