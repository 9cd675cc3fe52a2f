import { expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { CHART_KEYS } from '../../src/cluster/cilium-keys.ts'
import {
  ciliumValues,
  ciliumValuesHash,
  helmChartConfig,
  valuesText,
} from '../../src/cluster/cilium-values.ts'

const wish = { hubble: true, wireguard: true, servers: 3, agents: 3, ciliumValues: {} }

test('kube-proxy is replaced, with everything that needs', () => {
  expect(ciliumValues(wish)).toMatchObject({
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

test('agents and operator carry the hash of their values, so that every change of values rolls them', () => {
  const annotation = { podAnnotations: { 'rke2-action/values': ciliumValuesHash(wish) } }
  expect(ciliumValues(wish)).toMatchObject({ ...annotation, operator: annotation })
  expect(ciliumValuesHash(wish)).toBe(ciliumValuesHash({ ...wish }))
  for (const change of [{ wireguard: false }, { hubble: false }, { ciliumValues: { bpf: { tproxy: true } } }])
    expect(ciliumValuesHash({ ...wish, ...change })).not.toBe(ciliumValuesHash(wish))
})

test('the order of keys changes nothing', () => {
  const hashOf = (ciliumValues: object) => ciliumValuesHash({ ...wish, ciliumValues: { ...ciliumValues } })
  expect(hashOf({ MTU: 1400, l2announcements: { enabled: true, leaseDuration: '3s' } })).toBe(
    hashOf({ l2announcements: { leaseDuration: '3s', enabled: true }, MTU: 1400 }),
  )
})

test('the locale of a runner changes nothing', () => {
  const hash = () => ciliumValuesHash({ ...wish, ciliumValues: { tolerations: [], zone: 'x', MTU: 1400 } })
  const here = hash()
  // Estonian has z before t.
  const { compare } = new Intl.Collator('et')
  const elsewhere = jest.spyOn(String.prototype, 'localeCompare').mockImplementation(function (
    this: string,
    that: string,
  ) {
    return compare(String(this), that)
  })
  try {
    expect(hash()).toBe(here)
  } finally {
    elsewhere.mockRestore()
  }
})

test('no hash is a number to YAML, as 12e45 is', () => {
  expect(ciliumValuesHash(wish)).toMatch(/^sha256-[0-9a-f]{16}$/)
})

test('the user’s own annotations stay', () => {
  const own = { podAnnotations: { 'example.com/team': 'net' } }
  const values = ciliumValues({ ...wish, ciliumValues: { ...own, operator: own } })
  expect(values).toMatchObject({ ...own, operator: own })
  expect(Object.keys(values['podAnnotations'] ?? {})).toHaveLength(2)
})

test('the manifest holds the values at the root, and a port that stays text', () => {
  const manifest = parse(helmChartConfig(ciliumValues(wish))) as { spec: { valuesContent: string } }
  expect(manifest).toMatchObject({
    kind: 'HelmChartConfig',
    metadata: { name: 'rke2-cilium', namespace: 'kube-system' },
  })
  expect(parse(manifest.spec.valuesContent)).toEqual(ciliumValues(wish))
})

const faultsOf = (values: string | object) =>
  valuesText.safeParse(values).error?.issues.map(({ message }) => message) ?? []

test.each([
  [
    'kubeProxyReplacment: true',
    '"kubeProxyReplacment" is no key of the chart: did you mean "kubeProxyReplacement"?',
  ],
  ['hubble: { relayy: { enabled: true } }', '"hubble.relayy" is no key of the chart: did you mean "relay"?'],
  ['Encryption: { enabled: true }', '"Encryption" is no key of the chart: did you mean "encryption"?'],
  ['mtu: 1400', '"mtu" is no key of the chart: did you mean "MTU"?'],
])('a key that is written wrongly is refused: %s', (values, words) => {
  expect(faultsOf(values)).toEqual([words])
})

test.each([
  'podAnnotations: { anotations: x }\nnodeSelector: { zone: a }\nextraConfig: { enable-x: "true" }',
  'hostPort: { enabled: true }\nnodePort: { enabled: true }\nbgp: { enabled: true }',
  'hubble: { relay: { replica: 2 } }',
])('what the user likes, what other charts have, and what lies deeper passes: %s', (values) => {
  expect(faultsOf(values)).toEqual([])
})

test('all that we set ourselves is known', () => {
  for (const [key, value] of Object.entries(ciliumValues(wish))) {
    expect([...CHART_KEYS.keys()]).toContain(key)
    const known = CHART_KEYS.get(key) ?? []
    if (known.length) expect(known).toEqual(expect.arrayContaining(Object.keys(value as object)))
  }
})
