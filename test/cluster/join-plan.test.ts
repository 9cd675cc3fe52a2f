import { expect, test } from '@jest/globals'
import {
  type EtcdMember,
  type FirstServerState,
  firstServerPlan,
  joinPlan,
  type ServerState,
} from '../../src/cluster/join-plan.ts'
import type { ClusterNode } from '../../src/cluster/nodes.ts'

const node = (index: number): ClusterNode => ({
  instanceId: `i-${index}`,
  name: `a-server-${index}`,
  role: 'server',
  index,
  privateIp: `172.31.0.${index}`,
  zone: 'eu-west-1a',
  instanceType: 't3.large',
  state: 'running',
  rke2Version: 'v1.35.4+rke2r1',
  expiresAt: 0,
  underDrill: false,
})

const member = (index: number, learner = false): EtcdMember => ({
  id: String(index),
  name: `a-server-${index}-993d8281`,
  address: `172.31.0.${index}`,
  learner,
})

const up = (index: number, members: EtcdMember[]): ServerState => ({
  node: node(index),
  member: true,
  down: false,
  members,
})
const down = (index: number): ServerState => ({ node: node(index), member: false, down: true, members: [] })
/** A member whose rke2-server was stopped. */
const halted = (index: number, members: EtcdMember[]): ServerState => ({ ...up(index, members), down: true })
const stopped = (index: number): ClusterNode => ({ ...node(index), state: 'stopped' })

const namesOf = (plan: ReturnType<typeof joinPlan>) =>
  'refuse' in plan
    ? plan.refuse
    : {
        seed: plan.seed.name,
        remove: plan.remove.map(({ id }) => id),
        waves: plan.waves.map((wave) => wave.map(({ index }) => index)),
      }

test('the others join the first server together', () => {
  const plan = joinPlan([up(1, [member(1)]), down(2), down(3)], [], 'parallel')
  expect(namesOf(plan)).toEqual({ seed: 'a-server-1', remove: [], waves: [[2, 3]] })
})

test('or one after another', () => {
  const plan = joinPlan([up(1, [member(1)]), down(2), down(3)], [], 'serial')
  expect(namesOf(plan)).toMatchObject({ waves: [[2], [3]] })
})

test('any member will do as the one to join through', () => {
  const both = [member(2), member(3)]
  const plan = joinPlan([down(1), up(2, both), up(3, both)], [], 'parallel')
  expect(namesOf(plan)).toEqual({ seed: 'a-server-2', remove: [], waves: [[1]] })
})

test('nobody joins what is not there', () => {
  expect(namesOf(joinPlan([down(1), down(2)], [], 'parallel'))).toMatch(/no server is a member/)
})

test('a member without a machine is removed first', () => {
  const members = [member(1), member(9, true)]
  expect(namesOf(joinPlan([up(1, members), down(2), down(3)], [], 'parallel'))).toEqual({
    seed: 'a-server-1',
    remove: ['9'],
    waves: [[2, 3]],
  })
})

test('a member whose unit was stopped is started first, and is joined through only where no other is up', () => {
  const members = [member(1), member(2)]
  const [one, two, three] = [halted(1, members), halted(2, members), down(3)]
  const startOf = (plan: ReturnType<typeof joinPlan>) =>
    'refuse' in plan ? plan.refuse : [plan.seed.index, plan.start.map(({ index }) => index)]
  expect(startOf(joinPlan([one, up(2, members), three], [], 'parallel'))).toEqual([2, [1]])
  expect(startOf(joinPlan([one, two, three], [], 'parallel'))).toEqual([1, [1, 2]])
  // Neither joins anew.
  expect(namesOf(joinPlan([one, two, three], [], 'parallel'))).toMatchObject({ waves: [[3]] })
})

test('the member of a stopped machine stays', () => {
  const members = [member(1), member(2), member(3)]
  const plan = joinPlan([up(1, members), up(2, members)], [stopped(3)], 'parallel')
  expect(namesOf(plan)).toEqual({ seed: 'a-server-1', remove: [], waves: [] })
})

test('nobody new is admitted while a voter’s machine is stopped', () => {
  const members = [member(1), member(2), member(3)]
  const plan = joinPlan([up(1, members), up(2, members), down(4)], [stopped(3)], 'parallel')
  expect(namesOf(plan)).toMatch(/a-server-3 is a voter of etcd and its machine is stopped/)
})

test('a voter that comes back goes before those that are new', () => {
  const members = [member(1), member(2)]
  const plan = joinPlan([up(1, members), down(2), down(3)], [], 'parallel')
  expect(namesOf(plan)).toMatchObject({ waves: [[2], [3]] })
})

test('without a quorum nothing joins, and nothing begins anew', () => {
  const members = [member(1), member(2), member(3)]
  const alone = { ...down(1), members }
  expect(namesOf(joinPlan([alone], [stopped(2), stopped(3)], 'parallel'))).toMatch(
    /etcd has 3 members, and fewer than the 2 that it needs are alive/,
  )
})

test('a finished cluster has nothing to do', () => {
  const members = [member(1), member(2), member(3)]
  const plan = joinPlan([up(1, members), up(2, members), up(3, members)], [], 'serial')
  expect(namesOf(plan)).toEqual({ seed: 'a-server-1', remove: [], waves: [] })
})

const server = (index: number, more: Partial<FirstServerState> = {}): FirstServerState => ({
  ...{ node: node(index), voter: false, unit: 'down', data: false, members: [], ...more },
})
const three = [member(1), member(2), member(3)]
const voter: Partial<FirstServerState> = { voter: true, data: true }
const booting: Partial<FirstServerState> = { unit: 'starting', data: true }

const firstServers: [string, FirstServerState[], object, ClusterNode[]?][] = [
  ['all are empty: the first', [server(1), server(2), server(3)], { start: 1 }],
  ['the first has begun: it goes on', [server(1, booting), server(2)], { start: 1 }],
  ['all boot: the first comes back', [server(1, booting), server(2, booting)], { start: 1 }],
  ['a member is up', [server(1), server(2, { ...voter, unit: 'up' })], { member: 2 }],
  [
    'a member that is up goes before one that starts or was stopped',
    [server(1, { ...voter, unit: 'starting' }), server(2, voter), server(3, { ...voter, unit: 'up' })],
    { member: 3 },
  ],
  ['a member’s unit was stopped', [server(1), server(2, voter)], { member: 2 }],
  ['the only member keeps failing', [server(1, { ...voter, unit: 'starting' })], { start: 1 }],
  ['others boot with their data', [server(1), server(2, booting), server(3, booting)], { resume: [2, 3] }],
  ['another was stopped with its data', [server(1), server(2, { data: true })], { resume: [2] }],
  [
    'others boot, and etcd on them counts enough machines',
    [server(4), server(2, { ...booting, members: three }), server(3, booting)],
    { resume: [2, 3] },
  ],
  [
    'others boot, and etcd on them counts too few',
    [server(4), server(2, { ...booting, members: three })],
    { refuse: expect.stringContaining('a-server-2 belongs to an etcd cluster of 3 that has no quorum') },
  ],
  ['the first has its data, another is stopped', [server(1, booting)], { start: 1 }, [stopped(2)]],
  [
    'those that run are empty, and what is on a stopped one is not known',
    [server(1), server(3)],
    { refuse: expect.stringMatching(/^a-server-2 is stopped: the data of a cluster may be on its disk/) },
    [stopped(2)],
  ],
]
test.each(firstServers)('who begins: %s', (_, states, expected, without = []) => {
  const plan = firstServerPlan(states, states[0]?.node ?? node(1), without)
  const indexes = Object.entries(plan).flatMap(([key, value]: [string, unknown]): [string, unknown][] => {
    if (key === 'choose') return []
    if (Array.isArray(value)) return [[key, (value as ClusterNode[]).map(({ index }) => index)]]
    return [[key, typeof value === 'string' ? value : (value as ClusterNode).index]]
  })
  expect(Object.fromEntries(indexes)).toEqual(expected)
})
