import { expect, test } from '@jest/globals'
import { toNodeConfig } from '../../../../src/local-cloud/rke2/config/node-config.ts'
import { mismatches, toControlConfig } from '../../../../src/local-cloud/rke2/server/critical-config.ts'

const base = {
  ClusterIPRange: '10.42.0.0/16',
  ServiceIPRange: '10.43.0.0/16',
  ClusterDNS: '10.43.0.10',
  ClusterDomain: 'cluster.local',
  EgressSelectorMode: 'agent',
  DisableCCM: false,
}

test.each([
  [{}, []],
  [
    { ClusterIPRange: '10.52.0.0/16' },
    [
      'critical configuration mismatched: ClusterIPRanges.slice[0].IP.slice[13]',
      'critical configuration mismatched: ClusterIPRange.IP.slice[13]',
    ],
  ],
  [{ ClusterDomain: 'other' }, ['critical configuration mismatched: ClusterDomain']],
  [{ ClusterIPRange: '10.42.0.0/15' }, ['critical configuration mismatched: ClusterIPRange.Mask']],
])('%j', (change, warnings) => {
  expect(mismatches({ ...base, ...change }, base)).toEqual(warnings)
})

test('servers that differ in disable-kube-proxy are not refused, as the genuine ones are not', () => {
  const settings = (value: string) =>
    toControlConfig(
      toNodeConfig(
        'server',
        new Map([
          ['disable-kube-proxy', [value]],
          ['node-ip', ['10.77.0.11']],
        ]),
      ).critical,
    )
  expect(mismatches(settings('true'), settings('false'))).toEqual([])
})
