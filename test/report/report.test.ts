import { expect, test } from '@jest/globals'
import { createLog, type Level } from '../../src/kit/log.ts'
import { announce } from '../../src/report/announce.ts'
import { reportMarkdown } from '../../src/report/markdown.ts'
import { type Finding, NOT_CHOSEN, type Report, verdictOf } from '../../src/report/report.ts'

const finding = (change: Partial<Finding> = {}): Finding => ({
  kind: 'check',
  name: 'etcd',
  claim: 'Every server is a voter.',
  status: 'pass',
  detail: '3 voters, quorum 2',
  evidence: ['pr-42-server-1: healthy, leader'],
  figures: [],
  seconds: 1.26,
  ...change,
})
const FAILED = finding({
  name: 'connectivity',
  status: 'fail',
  detail: '5 of 6 pairs reached; a → b',
  remedy: 'Open UDP 8472.',
})
const DRILL = finding({
  kind: 'drill',
  name: 'lose-one-server',
  detail: 'writes stopped for 6.0 s',
  figures: [
    { name: 'longest write gap', value: 6_040, unit: 'ms' },
    { name: 'writes refused', value: 2, unit: 'count' },
  ],
})

const report = (findings: Finding[], change: Partial<Report> = {}): Report => ({
  version: 1,
  cluster: 'pr-42',
  region: 'eu-west-1',
  rke2Version: 'v1.35.4+rke2r1',
  verdict: verdictOf(findings),
  startedAt: '2026-11-21T15:00:00.000Z',
  seconds: 12.3,
  findings,
  topology: [
    {
      name: 'pr-42-server-1',
      role: 'server',
      zone: 'eu-west-1a',
      instanceId: 'i-1',
      instanceType: 't3.large',
      address: '172.31.0.11',
    },
    {
      name: 'pr-42-agent-1',
      role: 'agent',
      zone: 'eu-west-1b',
      instanceId: 'i-2',
      instanceType: 't3.large',
      address: '172.31.16.11',
    },
  ],
  ...change,
})

test.each<[string, Pick<Finding, 'status'>[], string]>([
  ['all pass', [{ status: 'pass' }, { status: 'pass' }], 'pass'],
  ['a warning', [{ status: 'pass' }, { status: 'warn' }], 'pass'],
  ['a skip', [{ status: 'pass' }, { status: 'skip' }], 'pass'],
  ['one failure', [{ status: 'pass' }, { status: 'fail' }], 'fail'],
  ['only skips', [{ status: 'skip' }], 'fail'],
  ['nothing', [], 'fail'],
])('verdict: %s', (_name, findings, verdict) => {
  expect(verdictOf(findings)).toBe(verdict)
})

test('a good cluster’s summary', () => {
  const said = reportMarkdown(report([finding(), DRILL]))
  expect(said).toMatch(/^## ✅ `pr-42` is well \(one server: no fault tolerance\)$/m)
  expect(said).toMatch(/^\| ✅ \| etcd \| 3 voters, quorum 2 \| 1.3 s \|$/m)
  expect(said).toMatch(/^\| longest write gap \| 6.0 s \|$/m)
  expect(said).toMatch(/^\| writes refused \| 2 \|$/m)
  expect(said).toMatch(/^\| pr-42-server-1 \| server \| eu-west-1a \|/m)
  expect(said).not.toMatch(/What to do/)
})

test.each<[string, Partial<Finding>[], string]>([
  ['a warning', [{ name: 'zones', status: 'warn', remedy: 'x' }], 'warned of: zones'],
  [
    'checks that nobody chose',
    [
      { name: 'etcd', status: 'skip', detail: NOT_CHOSEN },
      { name: 'api', status: 'skip', detail: NOT_CHOSEN },
    ],
    'not asked: etcd, api',
  ],
])('%s: it is not called highly available', (_name, more, reserve) => {
  const said = reportMarkdown(report([finding({ name: 'nodes' }), ...more.map(finding)]))
  expect(said).toContain(`## ✅ \`pr-42\` passed what was asked (${reserve})\n`)
})

test('what a cluster has not got is no reserve', () => {
  const none = finding({ name: 'balancer', status: 'skip', detail: 'this cluster has no load balancer' })
  const servers = report([]).topology.slice(0, 1)
  const topology = [...servers, ...servers, ...servers]
  expect(reportMarkdown(report([finding(), none], { topology }))).toMatch(/`pr-42` is highly available$/m)
  const even = [...topology, ...servers]
  expect(reportMarkdown(report([finding()], { topology: even }))).toMatch(
    /`pr-42` passed what was asked \(4 servers tolerate no more than 3 do\)$/m,
  )
})

test('a bad one’s: the failed checks in the headline, with what to do', () => {
  const said = reportMarkdown(report([finding(), FAILED]))
  expect(said).toMatch(/^## ❌ `pr-42` is not: connectivity$/m)
  expect(said).toMatch(
    /### ❌ connectivity\n\n.*Every server is a voter.*\nSeen: 5 of 6 pairs reached; a → b.*\n\*\*What to do:\*\* Open UDP 8472\./,
  )
})

test('what nodes say can’t break the page', () => {
  const evil = finding({ detail: 'a | b <img src=x>\n# `c`', evidence: ['``` end <b>'] })
  const said = reportMarkdown(report([evil]))
  expect(said).toMatch(/\| a \\\| b &lt;img src=x> # 'c' \|/)
  expect(said.match(/```/g)).toHaveLength(2)
})

test('a thousand nodes stay readable', () => {
  const [one] = report([]).topology
  const topology = one ? Array.from({ length: 1000 }, () => one) : []
  const said = reportMarkdown(report([finding()], { topology }))
  expect(said.match(/\| pr-42-server-1 \|/g)).toHaveLength(60)
  expect(said).toMatch(/and 940 more/)
})

test('failures and warnings become annotations, with what to do', () => {
  const lines: [Level, string][] = []
  const log = createLog({ write: (level, line) => lines.push([level, line]), mask: () => {} }, () => 0)
  announce(
    report([finding(), FAILED, finding({ name: 'leases', status: 'warn', detail: 'two', remedy: 'Look.' })]),
    log,
  )
  expect(lines.map(([level, line]) => [level, line.trim().replace(/^0\.0s\s+/, '')])).toEqual([
    ['info', '✓ etcd: 3 voters, quorum 2'],
    ['error', '✗ connectivity: 5 of 6 pairs reached; a → b\n→ Open UDP 8472.'],
    ['warning', '! leases: two\n→ Look.'],
    ['info', 'pr-42 is not: connectivity'],
  ])
})
