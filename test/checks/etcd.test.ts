import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { Answered } from '../../src/checks/ask-nodes.ts'
import { judgeEtcd, leaderOf } from '../../src/checks/etcd.ts'
import type { ServerProbe } from '../../src/checks/server-script.ts'
import { aNode } from './a-cluster.ts'

type Etcd = ServerProbe['etcd']
type Change = (etcd: Etcd, index: number) => Partial<Etcd>

const ids = [
  '5195945279798712450',
  '11603223878344180952',
  '17265005902704969454',
  '12513600738256953671',
  '2677674080080550774',
]
const idAt = (index: number) => ids[index - 1] ?? ''

const members = (count: number): NonNullable<Etcd['members']> =>
  Array.from({ length: count }, (_, at) => ({
    id: idAt(at + 1),
    name: `pr-42-server-${at + 1}-0000000${at + 1}`,
    peer: `172.31.0.${11 + at}`,
    learner: false,
  }))

const well = (index: number, count: number): Etcd => ({
  healthy: true,
  reason: '',
  isLeader: index === 1,
  quota: 2_147_483_648,
  status: {
    clusterId: '4489428715251259359',
    memberId: idAt(index),
    leader: idAt(1),
    term: '2',
    applied: 100 + index,
    version: '3.6.6',
    learner: false,
    dbSize: 20_480,
    errors: [],
  },
  members: members(count),
  alarms: [],
  errors: [],
})

const servers = (count: number, change: Change = () => ({})): Answered<ServerProbe>[] =>
  Array.from({ length: count }, (_, at) => {
    const etcd = well(at + 1, count)
    return {
      node: aNode('server', at + 1),
      answer: {
        hostname: '',
        etcd: { ...etcd, ...change(etcd, at + 1) },
        api: { ready: true, parts: 37, failed: [], error: '' },
        end: true,
      },
    }
  })

const off = (told: Answered<ServerProbe>[], ...indexes: number[]) =>
  told.map((one) =>
    indexes.includes(one.node.index) ? { node: one.node, reason: 'the machine is stopped' } : one,
  )

const withStatus = (etcd: Etcd, change: Partial<NonNullable<Etcd['status']>>) => ({
  status: etcd.status && { ...etcd.status, ...change },
})

const noLeader: Change = (etcd) => ({
  healthy: false,
  reason: 'RAFT NO LEADER',
  isLeader: false,
  ...withStatus(etcd, { leader: '', errors: ['etcdserver: no leader'] }),
})

test.each<[string, Answered<ServerProbe>[], string, RegExp, number?]>([
  ['three well', servers(3), 'pass', /^3 voters, quorum 2, tolerates the loss of 1; leader pr-42-server-1$/],
  ['five well', servers(5), 'pass', /^5 voters, quorum 3, tolerates the loss of 2/],
  ['one well', servers(1), 'warn', /one server/],
  [
    'one of three off',
    off(servers(3), 3),
    'fail',
    /^degraded: 2 of 3 voters healthy, tolerates no further loss; ill: pr-42-server-3/,
  ],
  [
    'one of five off',
    off(servers(5), 3),
    'fail',
    /^degraded: 4 of 5 voters healthy, tolerates the loss of 1 more/,
  ],
  [
    'two of three off',
    off(servers(3, noLeader), 2, 3),
    'fail',
    /^quorum lost: 0 of 3 voters healthy, 2 needed/,
  ],
  ['all off', off(servers(3), 1, 2, 3), 'fail', /no etcd member answers/],
  ['no servers', [], 'fail', /no etcd member answers/],
  ['an election', servers(3, noLeader), 'fail', /^quorum lost: 0 of 3/],
  [
    'a learner',
    servers(3, () => ({ members: members(3).map((one, at) => ({ ...one, learner: at === 2 })) })),
    'fail',
    /^still learning: pr-42-server-3-00000003/,
  ],
  [
    'a dead member of an earlier server',
    servers(3, () => ({
      members: [
        ...members(3),
        { id: '9', name: 'pr-42-server-9-aaaaaaaa', peer: '172.31.0.99', learner: false },
      ],
    })),
    'fail',
    /^members that are no server of this cluster: pr-42-server-9-aaaaaaaa/,
  ],
  [
    'a server that never joined',
    [...servers(3), { node: aNode('server', 4), reason: 'check-server: Failed' }],
    'fail',
    /^servers that are no member: pr-42-server-4/,
  ],
  [
    'a member that never started is named by its address',
    servers(3, () => ({ members: members(3).map((one, at) => (at === 2 ? { ...one, name: '' } : one)) })),
    'pass',
    /^3 voters/,
  ],
  [
    'two clusters',
    servers(3, (etcd, index) => (index === 3 ? withStatus(etcd, { clusterId: '7' }) : {})),
    'fail',
    /^2 separate etcd clusters/,
  ],
  [
    'members that disagree',
    servers(3, (_, index) => (index === 3 ? { members: members(2) } : {})),
    'fail',
    /^members disagree/,
  ],
  [
    'two leaders',
    servers(3, (_, index) => ({ isLeader: index < 3 })),
    'fail',
    /^no agreement on one leader: .*2 leading/,
  ],
  [
    'two terms',
    servers(3, (etcd, index) => (index === 3 ? withStatus(etcd, { term: '3' }) : {})),
    'fail',
    /terms 2, 3/,
  ],
  [
    'a leader that is no voter',
    servers(3, (etcd) => withStatus(etcd, { leader: '8' })),
    'fail',
    /^no agreement/,
  ],
  ['no space', servers(3, () => ({ alarms: ['NOSPACE 5195945279798712450'] })), 'fail', /^alarms: NOSPACE/],
  [
    'no space makes members unhealthy too',
    servers(3, () => ({ healthy: false, alarms: ['NOSPACE 1'] })),
    'fail',
    /^alarms/,
  ],
  [
    'alarms that nobody could tell',
    servers(3, (_, index) =>
      index === 2 ? { alarms: null, errors: ['status: x', 'alarms: etcdserver: request timed out'] } : {},
    ),
    'fail',
    /^whether there are alarms is not known: pr-42-server-2: etcdserver: request timed out$/,
  ],
  [
    'without a quorum no member can tell alarms',
    off(
      servers(3, (etcd, index) => ({ ...noLeader(etcd, index), alarms: null, errors: ['alarms: x'] })),
      2,
      3,
    ),
    'fail',
    /^quorum lost/,
  ],
  [
    'a dead member tells no alarms either',
    servers(3, (_, index) =>
      index === 2 ? { healthy: false, status: null, members: null, alarms: null, errors: ['alarms: x'] } : {},
    ),
    'fail',
    /^degraded/,
  ],
  ['a full database', servers(3, (etcd) => withStatus(etcd, { dbSize: 2_000_000_000 })), 'warn', /80 %/],
  [
    'a lagging member',
    servers(3, (etcd, index) => (index === 2 ? withStatus(etcd, { applied: 5_000 }) : {})),
    'warn',
    /lags/,
  ],
  [
    'two versions',
    servers(3, (etcd, index) => (index === 2 ? withStatus(etcd, { version: '3.5.30' }) : {})),
    'warn',
    /3.6.6, 3.5.30/,
  ],
  ['two voters, whoever wanted them', servers(2), 'fail', /^degraded: 2 voters, tolerates no loss$/],
  ['four voters', servers(4), 'warn', /^4 voters tolerate the loss of 1, no more than 3 do$/],
  ['a lost server of three', servers(2), 'fail', /^degraded: 2 of 3 wanted voters, tolerates no loss$/, 3],
  [
    'a lost server of five',
    servers(4),
    'fail',
    /^degraded: 4 of 5 wanted voters, tolerates the loss of 1$/,
    5,
  ],
  [
    'two lost servers of five',
    servers(3),
    'fail',
    /^degraded: 3 of 5 wanted voters, tolerates the loss of 1$/,
    5,
  ],
  ['two lost servers of three', servers(1), 'fail', /^degraded: 1 of 3 wanted voters, tolerates no loss$/, 3],
  ['more than were wanted', servers(5), 'pass', /^5 voters/, 3],
  ['one, as wanted', servers(1), 'warn', /one server/, 1],
])('%s', (_name, told, status, detail, wanted = 0) => {
  const verdict = judgeEtcd(told, wanted)
  expect(verdict).toMatchObject({ status, detail: expect.stringMatching(detail) })
  if (status === 'fail') expect('remedy' in verdict && verdict.remedy).toBeTruthy()
})

test('ids that differ only beyond 2^53 stay apart', () => {
  const close = ['17265005902704969454', '17265005902704969455']
  const told = servers(3, (etcd, index) => withStatus(etcd, { leader: close[index % 2] ?? '' }))
  expect(judgeEtcd(told).detail).toMatch(
    /no agreement on one leader: named 17265005902704969455, 17265005902704969454/,
  )
})

test('the leader is found by its own word', () => {
  expect(leaderOf(servers(3))?.name).toBe('pr-42-server-1')
  expect(leaderOf(servers(3, noLeader))).toBeUndefined()
})

test('evidence names each server, those that are silent too', () => {
  expect(judgeEtcd(off(servers(3), 2)).evidence).toEqual([
    'pr-42-server-1: healthy, leader, member 481bb4b3e2c51882, term 2, etcd 3.6.6',
    'pr-42-server-3: healthy, follower, member ef999f6503c086ee, term 2, etcd 3.6.6',
    'pr-42-server-2: the machine is stopped',
  ])
})

test('the recordings are what they claim', () => {
  const recorded = JSON.parse(readFileSync('test/fixtures/checks/etcd/recorded.json', 'utf8')) as Record<
    string,
    unknown
  >
  expect(Object.keys(recorded)).toContain('2down-m3')
})
