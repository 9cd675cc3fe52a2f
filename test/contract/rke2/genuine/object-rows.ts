import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { condition, type Item, list, nodeNamed } from '../ask.ts'
import type { Cluster } from './cluster.ts'

/** Nodes, static pods, leases and secrets, as the API shows them. */
export function objectRows(cluster: Cluster): void {
  test('a server’s Node has the genuine labels, annotations, finalizers, conditions', () => {
    const genuine = JSON.parse(readFileSync('test/fixtures/rke2/node.json', 'utf8')) as Item
    const own = nodeNamed(cluster.n1, 'n1')
    const keys = (object: object | undefined) => new Set(Object.keys(object ?? {}))
    expect(keys({ ...own?.metadata.labels, 'example.com/zone': 'a' })).toEqual(keys(genuine.metadata.labels))
    for (const label of ['control-plane', 'etcd'].map((role) => `node-role.kubernetes.io/${role}`))
      expect(own?.metadata.labels?.[label]).toBe('true')
    expect(own?.metadata.labels).toMatchObject({ 'node.kubernetes.io/instance-type': 'rke2' })
    expect(keys(own?.metadata.annotations)).toEqual(keys(genuine.metadata.annotations))
    expect(own?.metadata.finalizers?.toSorted()).toEqual(genuine.metadata.finalizers?.toSorted())
    expect(own?.spec).toMatchObject({ providerID: 'rke2://n1' })
    expect(own?.spec['taints']).toBeUndefined()
    for (const { type, status, reason, message } of genuine.status.conditions ?? [])
      expect(condition(own, type)).toMatchObject({ type, status, reason, message })
  })

  test('annotations have the genuine forms', () => {
    const genuine =
      (JSON.parse(readFileSync('test/fixtures/rke2/node.json', 'utf8')) as Item).metadata.annotations ?? {}
    const own = nodeNamed(cluster.n1, 'n1')?.metadata.annotations ?? {}
    const forms: Record<string, RegExp> = {
      'rke2.io/node-config-hash': /^[A-Z2-7]{52}====$/,
      'rke2.io/encryption-config-hash': /^start-[0-9a-f]{64}$/,
      'etcd.rke2.cattle.io/node-name': /^n1-[0-9a-f]{8}$/,
      'etcd.rke2.cattle.io/local-snapshots-timestamp': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      'rke2.io/node-args': /^\["server",/,
    }
    for (const [name, form] of Object.entries(forms))
      for (const annotations of [genuine, own]) expect(annotations[name]).toMatch(form)
    expect(nodeNamed(cluster.n1, 'n2')?.metadata.annotations?.['rke2.io/node-args']).toContain(
      '"--token","********"',
    )
  })

  test('an agent’s Node: no role, its own taint, the cloud provider’s taint gone', () => {
    const own = nodeNamed(cluster.n1, 'n4')
    expect(Object.keys(own?.metadata.labels ?? {}).filter((label) => label.startsWith('node-role'))).toEqual(
      [],
    )
    expect(own?.spec['taints']).toEqual([{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }])
  })

  test('static pods: names, labels, what the kubelet notes on them', () => {
    const genuine = JSON.parse(readFileSync('test/fixtures/rke2/node-pods.json', 'utf8')) as Item[]
    const own = list(cluster.n1, '/api/v1/namespaces/kube-system/pods') ?? []
    for (const { metadata } of genuine) {
      const pod = own.find((one) => one.metadata.name === metadata.name)
      expect(pod?.metadata.labels).toEqual(metadata.labels)
      const notes = Object.keys(metadata.annotations ?? {}).filter((name) =>
        name.startsWith('kubernetes.io/'),
      )
      expect(Object.keys(pod?.metadata.annotations ?? {})).toEqual(expect.arrayContaining(notes))
    }
  })

  test('leases: RKE2’s by the node’s name, Kubernetes’ by NODE_uuid, one identity a server', () => {
    const genuine = JSON.parse(readFileSync('test/fixtures/checks/leases.json', 'utf8')) as {
      items: Item[]
    }
    const form = (item: Item) =>
      String(item.spec['holderIdentity'])
        .replace(/^(apiserver-)[a-z0-9]+/, '$1HASH')
        .replace(/^n\d/, 'NODE')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'UUID')
    const forms = (items: readonly Item[]) =>
      items.map((item) => [item.metadata.name.replace(/^(apiserver-)[a-z0-9]+/, '$1HASH'), form(item)]).sort()
    const own = list(cluster.n1, '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases') ?? []
    expect(forms(own.filter(({ metadata }) => !/cilium/.test(metadata.name)))).toEqual(forms(genuine.items))
  })

  test('secrets: a password a node, and the certificate of 9345', () => {
    const own = list(cluster.n1, '/api/v1/namespaces/kube-system/secrets') ?? []
    const rows = own.map(({ metadata, type }) => `${metadata.name} ${type}`)
    expect(rows).toEqual(
      expect.arrayContaining([
        ...['n1', 'n2', 'n3', 'n4'].map((name) => `${name}.node-password.rke2 rke2.cattle.io/node-password`),
        'rke2-serving kubernetes.io/tls',
      ]),
    )
  })
}
