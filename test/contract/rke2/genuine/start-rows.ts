import { expect, test } from '@jest/globals'
import { condition, isVoter } from '../ask.ts'
import type { Cluster } from './cluster.ts'

/** How servers and an agent come up. */
export function startRows(cluster: Cluster): void {
  test('first server: /ping, etcd, 6443, Node, readyz, in this order', () => {
    expect(cluster.firstServer).toEqual(['/ping', '2379', '6443', 'Node', '/v1-rke2/readyz'])
  })

  test('READY=1 comes with "rke2 is up and running"', () => {
    for (const node of [cluster.n1, cluster.n2, cluster.n3])
      expect(node.bash('cat /run/ready')).toContain('ready')
  })

  test('joiners may start as soon as the first server’s token and 9345 are there', () => {
    for (const node of [cluster.n2, cluster.n3, cluster.n4])
      expect(node.journal()).not.toContain('level=fatal')
  })

  test('two joiners at once: one learner at a time, and its Node comes after its promotion', () => {
    expect(
      Math.max(...cluster.joining.map((look) => look.members.filter((one) => one.isLearner).length)),
    ).toBe(1)
    for (const { nodes, members: there } of cluster.joining)
      for (const { metadata } of nodes.filter((node) => /n[23]/.test(node.metadata.name))) {
        const own = there.find((member) => member.name?.startsWith(metadata.name))
        expect([metadata.name, isVoter(own)]).toEqual([metadata.name, true])
      }
    const said = `${cluster.n2.journal()}${cluster.n3.journal()}`
    expect(said).toMatch(
      /Waiting for other members to finish joining etcd cluster: etcdserver: (too many learner members in cluster|unhealthy cluster)/,
    )
    expect([cluster.n1, cluster.n2, cluster.n3].map((node) => node.journal()).join()).toContain(
      'Promoted learner n',
    )
  })

  test('EtcdIsVoter never showed MemberIsLearner', () => {
    const reasons = cluster.joining.flatMap(({ nodes }) =>
      nodes.map((node) => condition(node, 'EtcdIsVoter')?.reason),
    )
    expect(new Set(reasons.filter(Boolean))).toEqual(new Set(['MemberNotLearner']))
  })

  test('a bare secret on a joiner works, and warns; a full token does not warn', () => {
    const warning =
      /level=warning msg="Cluster CA certificate is not trusted by the host CA bundle, but the token does not include a CA hash/
    expect(cluster.n2.journal()).toMatch(warning)
    expect(cluster.n3.journal()).not.toMatch(warning)
  })

  test('an agent is told of a server’s keys it does not know, and joins', () => {
    expect(cluster.n4.journal()).toContain('msg="Unknown flag --cni found in config.yaml, skipping\\n"')
    expect(cluster.n4.journal()).toContain('rke2 agent is up and running')
  })

  test('pods of different nodes reach one another', () => {
    expect(cluster.n4.bash('curl -s -m 5 http://10.42.0.2:4240/hello')).toContain('n1')
  })
}
