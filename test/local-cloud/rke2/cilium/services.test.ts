import { expect, test } from '@jest/globals'
import { frontendsOf } from '../../../../src/local-cloud/rke2/cilium/services.ts'
import { serviceTable } from '../../../../src/local-cloud/rke2/cilium/translate-services.ts'

const service = (name: string, spec: object) => ({ metadata: { name, namespace: 'kube-system' }, spec })
const slice = (of: string, more: object) => ({
  metadata: { name: `${of}-x`, namespace: 'kube-system', labels: { 'kubernetes.io/service-name': of } },
  addressType: 'IPv4',
  ...more,
})
const endpoint = (address: string, ready?: boolean | null) => ({
  addresses: [address],
  conditions: { ready },
})

const dns = service('dns', {
  clusterIP: '10.43.0.10',
  ports: [
    { name: 'dns', protocol: 'UDP', port: 53 },
    { name: 'dns-tcp', protocol: 'TCP', port: 53 },
  ],
})
const dnsSlice = slice('dns', {
  endpoints: [endpoint('10.42.1.9'), endpoint('10.42.0.4', true), endpoint('10.42.0.5', false)],
  ports: [
    { name: 'dns', port: 5353, protocol: 'UDP' },
    { name: 'dns-tcp', port: 5354, protocol: 'TCP' },
  ],
})

test('every port of a Service leads to its ready endpoints, whatever the order of the objects', () => {
  const expected = [
    {
      ...{ address: '10.43.0.10', protocol: 'tcp', port: 53 },
      backends: [
        { address: '10.42.0.4', port: 5354 },
        { address: '10.42.1.9', port: 5354 },
      ],
    },
    {
      ...{ address: '10.43.0.10', protocol: 'udp', port: 53 },
      backends: [
        { address: '10.42.0.4', port: 5353 },
        { address: '10.42.1.9', port: 5353 },
      ],
    },
  ]
  expect(frontendsOf([dns], [dnsSlice])).toEqual(expected)
  const api = service('api', { clusterIP: '10.43.0.1', ports: [{ protocol: 'TCP', port: 443 }] })
  const apiSlice = slice('api', { endpoints: [endpoint('172.31.1.10')], ports: [{ name: '', port: 6443 }] })
  const both = frontendsOf([dns, api], [apiSlice, dnsSlice])
  expect(both).toEqual(frontendsOf([api, dns], [dnsSlice, apiSlice]))
  expect(both[0]).toMatchObject({ address: '10.43.0.1', backends: [{ address: '172.31.1.10', port: 6443 }] })
})

const without: [string, object, object][] = [
  ['a headless one', service('dns', { ...dns.spec, clusterIP: 'None' }), dnsSlice],
  ['a name elsewhere', service('dns', { type: 'ExternalName', externalName: 'x.y' }), dnsSlice],
  ['IPv6', service('dns', { ...dns.spec, clusterIP: 'fd00::1' }), dnsSlice],
]
test.each(without)('%s has no address to translate', (_, one, other) => {
  expect(frontendsOf([one as typeof dns], [other as typeof dnsSlice])).toEqual([])
})

const silent: [string, object][] = [
  ['of another Service', { metadata: slice('other', {}).metadata }],
  ['of another namespace', { ...dnsSlice, metadata: { ...dnsSlice.metadata, namespace: 'default' } }],
  ['of IPv6', { ...dnsSlice, addressType: 'IPv6' }],
  ['without endpoints', { ...dnsSlice, endpoints: null }],
  ['without ports', { ...dnsSlice, ports: null }],
]
test.each(silent)('endpoints %s are none of its own', (_, other) => {
  const found = frontendsOf([dns], [{ ...dnsSlice, ...other } as typeof dnsSlice])
  expect(found.map(({ backends }) => backends)).toEqual([[], []])
})

test('a Service is a rule for pods and one for the node; one without endpoints is none', () => {
  const rules = (endpoints: object[]) =>
    serviceTable('10.42.0.0/24', frontendsOf([dns], [{ ...dnsSlice, endpoints } as never]))
  const rule =
    'ip daddr 10.43.0.10 udp dport 53 dnat to numgen random mod 2 map { 0 : 10.42.0.4 . 5353, 1 : 10.42.1.9 . 5353 }'
  expect(rules([endpoint('10.42.1.9'), endpoint('10.42.0.4')]).split(rule)).toHaveLength(3)
  expect(rules([endpoint('10.42.1.9')])).toContain('ip saddr . ip daddr { 10.42.1.9 . 10.42.1.9 } masquerade')
  expect(rules([])).not.toMatch(/dnat to|saddr \. /)
})
