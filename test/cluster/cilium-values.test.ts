import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ciliumValues, helmChartConfig } from '../../src/cluster/cilium-values.ts'

const wish = { hubble: true, wireguard: true, servers: 3, agents: 3, ciliumValues: {} }

test('kube-proxy is replaced, with everything that needs', () => {
  expect(ciliumValues(wish)).toEqual({
    kubeProxyReplacement: true,
    k8sServiceHost: 'localhost',
    k8sServicePort: '6443',
    bpf: { masquerade: true },
    cni: { chainingMode: 'none' },
    operator: { tolerations: [{ operator: 'Exists' }], replicas: 2 },
    hubble: { enabled: true, relay: { enabled: true }, ui: { enabled: true } },
    encryption: { enabled: true, type: 'wireguard' },
  })
})

test('one node runs one operator', () => {
  expect(ciliumValues({ ...wish, servers: 1, agents: 0 })).toMatchObject({ operator: { replicas: 1 } })
})

test('the user’s values are merged into ours, key by key', () => {
  const values = ciliumValues({ ...wish, ciliumValues: { bpf: { tproxy: true }, MTU: 1400 } })
  expect(values).toMatchObject({ bpf: { masquerade: true, tproxy: true }, MTU: 1400 })
})

test('the user may chain portmap all the same', () => {
  const values = ciliumValues({ ...wish, ciliumValues: { cni: { chainingMode: 'portmap' } } })
  expect(values).toMatchObject({ cni: { chainingMode: 'portmap' } })
})

test('the manifest holds the values at the root, and a port that stays text', () => {
  const manifest = parse(helmChartConfig(ciliumValues(wish))) as { spec: { valuesContent: string } }
  expect(manifest).toMatchObject({
    kind: 'HelmChartConfig',
    metadata: { name: 'rke2-cilium', namespace: 'kube-system' },
  })
  expect(parse(manifest.spec.valuesContent)).toEqual(ciliumValues(wish))
})
