import { stripVTControlCharacters } from 'node:util'
import { expect, test } from '@jest/globals'
import type { Report } from '../../src/report/report.ts'
import { reportText } from '../../src/show/report-text.ts'

const finding = { claim: '', evidence: [], figures: [], seconds: 1 }

const report: Report = {
  version: 1,
  cluster: 'demo',
  region: 'eu-west-1',
  rke2Version: 'v1.35.4+rke2r1',
  verdict: 'fail',
  startedAt: '2026-01-01T00:00:00Z',
  seconds: 12,
  findings: [
    { ...finding, kind: 'check', name: 'etcd', status: 'pass', detail: '3 voters, one leader' },
    {
      ...finding,
      kind: 'check',
      name: 'connectivity',
      status: 'fail',
      detail: '2 of 6 pairs of nodes cannot reach one another',
      remedy: 'Open UDP 8472 between the nodes.',
    },
    {
      ...finding,
      kind: 'drill',
      name: 'lose-one-server',
      status: 'pass',
      detail: 'back again',
      figures: [
        { name: 'longest write gap', value: 3400, unit: 'ms' },
        { name: 'writes accepted', value: 60, unit: 'count' },
      ],
    },
  ],
  topology: [
    {
      name: 'demo-server-1',
      role: 'server',
      zone: 'eu-west-1a',
      instanceId: 'i-0a',
      instanceType: 't3.large',
      address: '172.31.0.5',
    },
    {
      name: 'demo-agent-1',
      role: 'agent',
      zone: 'eu-west-1b',
      instanceId: 'i-0b',
      instanceType: 't3.large',
      address: '172.31.16.5',
    },
  ],
}

test('a report as a person reads it: aligned, and within the terminal', () => {
  const text = stripVTControlCharacters(reportText(report, 60))
  expect(text).toBe(`  ✗ demo is not: connectivity
    1 server and 1 agent, RKE2 v1.35.4+rke2r1, eu-west-1; looked at for 12 s.

  ✓ etcd             3 voters, one leader
  ✗ connectivity     2 of 6 pairs of nodes cannot reach one
                     another → Open UDP 8472 between the
                     nodes.
  ✓ lose-one-server  back again

  Drill lose-one-server
    longest write gap  3.4 s
    writes accepted    60

  Topology
    demo-server-1  eu-west-1a  t3.large  i-0a  172.31.0.5
    demo-agent-1   eu-west-1b  t3.large  i-0b  172.31.16.5`)
})
