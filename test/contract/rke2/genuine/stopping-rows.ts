import { expect, test } from '@jest/globals'
import { condition, etcdHealth, http, isVoter, listening, nodeNamed, supervisor } from '../ask.ts'
import { until } from '../sandbox.ts'
import { type Cluster, FIRST, join, memberOf, RKE2, restart } from './cluster.ts'

/** Ends of processes, in an order in which the cluster survives each. */
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
}
