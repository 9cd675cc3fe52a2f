import { expect, test } from '@jest/globals'
import { ciliumChart } from '../../../../src/local-cloud/rke2/helm/cilium-chart.ts'
import { mergeValues } from '../../../../src/local-cloud/rke2/helm/merge-values.ts'

test.each([
  [{ kubeProxyReplacement: 'strict' }, 'must be explicitly set to a valid value (true or false)'],
  [{ hubble: { relay: { enabled: true } } }, 'Hubble Relay requires .Values.hubble.enabled=true'],
  [{ hubble: { enabled: true, ui: { enabled: true } } }, 'Hubble UI requires'],
  [{ cluster: { name: 'x'.repeat(33) } }, 'must not be more than 32 characters'],
  [{ operator: { replicas: 'two' } }, "at '/operator/replicas'"],
])('%j is refused', (values, words) => {
  expect(() => ciliumChart(values)).toThrow(words)
})

const find = (values: unknown, name: string) =>
  JSON.stringify(ciliumChart(values).find(({ metadata }) => metadata.name === name))

test("the operator doesn't tolerate CriticalAddonsOnly unless the values say so", () => {
  expect(find({}, 'cilium-operator')).not.toContain('CriticalAddonsOnly')
  expect(find({ operator: { tolerations: [{ operator: 'Exists' }] } }, 'cilium-operator')).toContain(
    '"tolerations":[{"operator":"Exists"}]',
  )
})

test('values below a root key cilium: change nothing', () => {
  expect(find({ cilium: { kubeProxyReplacement: true } }, 'cilium-config')).toContain(
    '"kube-proxy-replacement":"false"',
  )
})

test('maps are merged, lists replaced', () => {
  expect(mergeValues([{ a: { b: 1, c: [1] } }, null, { a: { c: [2] } }])).toEqual({ a: { b: 1, c: [2] } })
})
