import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { listening, members } from '../ask.ts'
import { type Cluster, FIRST, RKE2 } from './cluster.ts'

// What the stand-in has no use for.
const NOT_THERE =
  /kubelet\.conf|kube-?proxy|rke2-?controller|containerd|kubeconfig$|cloud-config|egress|manifests\/README|dynamic-cert\.json|encryption-state|serving-kubelet\.key|client-kubelet\.key/

/** What lies on a server's disk, and what listens. */
export function fileRows(cluster: Cluster): void {
  test('the token that RKE2 makes: 32 hex digits, in full in server/token, 0600, its other names are links', () => {
    expect(cluster.n1.bash(`cat ${RKE2}/server/token`)).toMatch(/^K10[0-9a-f]{64}::server:[0-9a-f]{32}\n$/)
    expect(cluster.n1.bash(`readlink ${RKE2}/server/node-token ${RKE2}/server/agent-token`)).toBe(
      `${RKE2}/server/token\n${RKE2}/server/token\n`,
    )
  })

  test.each(['n1', 'n2'] as const)(
    'files have the genuine modes on %s, whether it began the cluster or joined',
    (name) => {
      const rows = [
        ...readFileSync('test/fixtures/rke2/files.txt', 'utf8').matchAll(/^(\d{3}) root \d+ \.\/(\S+)$/gm),
      ]
      const expected = rows.map(([, mode, path]) => `${mode} ${path}`).filter((row) => !NOT_THERE.test(row))
      const paths = expected.map((row) => row.replace(/^\d+ /, ''))
      const found = cluster[name]
        .bash(`cd ${RKE2} && stat -c '%a %n' ${paths.join(' ')}`)
        .trim()
        .split('\n')
      expect(expected.length).toBeGreaterThan(40)
      expect(found).toEqual(expected)
      expect(cluster[name].bash(`stat -c %a ${RKE2}/agent/pod-manifests /etc/rancher/rke2/rke2.yaml`)).toBe(
        '700\n600\n',
      )
    },
  )

  test('etcd’s member carries the node’s name and eight hex digits', () => {
    expect(cluster.n1.bash(`cat ${RKE2}/server/db/etcd/name`)).toMatch(/^n1-[0-9a-f]{8}$/)
    const names = members(cluster.n1).map(({ name = '' }) => name.replace(/-[0-9a-f]{8}$/, '-HEX'))
    expect(new Set(names)).toEqual(new Set(['n1-HEX', 'n2-HEX', 'n3-HEX']))
  })

  test('what listens where', () => {
    expect(listening(cluster.n1)).toEqual(
      expect.arrayContaining([
        '*:10250',
        '*:6443',
        '*:9345',
        '127.0.0.1:2379',
        '127.0.0.1:2380',
        '127.0.0.1:2381',
        '127.0.0.1:2382',
        `${FIRST}:2379`,
        `${FIRST}:2380`,
      ]),
    )
    expect(listening(cluster.n4)).toEqual(
      expect.arrayContaining(['127.0.0.1:6443', '127.0.0.1:6444', '*:10250']),
    )
    expect(listening(cluster.n4)).not.toContain('*:9345')
  })
}
