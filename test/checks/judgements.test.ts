import { expect, test } from '@jest/globals'
import { judgeApi } from '../../src/checks/api.ts'
import type { Answered } from '../../src/checks/ask-nodes.ts'
import { judgeBalancer } from '../../src/checks/balancer.ts'
import type { BalancerProbe } from '../../src/checks/balancer-script.ts'
import { judgeCilium } from '../../src/checks/cilium.ts'
import type { ClusterProbe, NodeGroup } from '../../src/checks/cluster-script.ts'
import { judgeConnectivity } from '../../src/checks/connectivity.ts'
import { judgeConformance } from '../../src/checks/judge-conformance.ts'
import { judgeLeases } from '../../src/checks/leases.ts'
import type { NodeProbe } from '../../src/checks/node-script.ts'
import { judgeNodes } from '../../src/checks/nodes.ts'
import type { ServerProbe } from '../../src/checks/server-script.ts'
import { judgeZones } from '../../src/checks/zones.ts'
import { markedNodes } from '../../src/cluster/node-marks.ts'
import type { ClusterNodes, MachineCounts } from '../../src/cluster/nodes.ts'
import { aCluster, aNode } from './a-cluster.ts'

type Row = [string, () => { status: string; detail: string }, string, RegExp]

function judgementsOf(name: string, rows: readonly Row[]) {
  test.each(rows)(`${name}: %s`, (_name, judge, status, detail) => {
    const verdict = judge()
    expect(verdict).toMatchObject({ status, detail: expect.stringMatching(detail) })
    if (status === 'fail' || status === 'warn')
      expect(verdict).toHaveProperty('remedy', expect.stringMatching(/./))
  })
}

// api
const api = (index: number, change: Partial<ServerProbe['api']> = {}): Answered<ServerProbe> => ({
  node: aNode('server', index),
  answer: {
    hostname: `ip-172-31-0-${index}`,
    etcd: {
      healthy: true,
      reason: '',
      isLeader: false,
      quota: 0,
      status: null,
      members: null,
      alarms: [],
      errors: [],
    },
    api: { ready: true, parts: 37, failed: [], error: '', ...change },
    end: true,
  },
})
judgementsOf('api', [
  ['all ready', () => judgeApi([api(1), api(2), api(3)]), 'pass', /3 of 3/],
  [
    'etcd is gone',
    () => judgeApi([api(1), api(2, { ready: false, failed: ['etcd', 'etcd-readiness'] })]),
    'fail',
    /^not ready: pr-42-server-2$/,
  ],
  ['refused', () => judgeApi([api(1, { ready: false, error: 'connection refused' })]), 'fail', /server-1/],
  [
    'a server that is off',
    () => judgeApi([api(1), { node: aNode('server', 2), reason: 'the machine is stopped' }]),
    'fail',
    /server-2/,
  ],
  ['the only one ready', () => judgeApi([api(1)]), 'pass', /ok on 1 of 1 server$/],
  ['no servers', () => judgeApi([]), 'fail', /no server/],
])

// balancer
const { servers } = aCluster(3, 3)
const targets = (change: object = {}) =>
  [6443, 9345].flatMap((port) =>
    servers.map(({ instanceId }, at) => ({
      instanceId,
      port,
      state: 'healthy',
      reason: '',
      description: '',
      ...(at === 2 ? change : {}),
    })),
  )
const gone = (state: string) => [
  { instanceId: 'i-0gone', port: 6443, state, reason: 'Target.InvalidState', description: '' },
]
const through = (change: Partial<BalancerProbe> = {}): BalancerProbe => ({
  from: 'ip-172-31-0-101',
  addresses: ['172.31.0.5', '172.31.16.5'].map((ip) => ({ ip, api: 200, supervisor: 200, error: '' })),
  connections: 5,
  refused: 0,
  certificates: 3,
  end: true,
  ...change,
})
const address = (change: object) =>
  through({ addresses: [{ ip: '172.31.0.5', api: 200, supervisor: 200, error: '', ...change }] })
judgementsOf('balancer', [
  [
    'well',
    () => judgeBalancer(targets(), through(), servers),
    'pass',
    /^6 targets healthy, 2 addresses answer, 3 of 3/,
  ],
  [
    'well with one of each',
    () =>
      judgeBalancer(
        targets()
          .filter(({ instanceId }) => instanceId === servers[0]?.instanceId)
          .slice(0, 1),
        { ...address({}), certificates: 1, connections: 1 },
        servers.slice(0, 1),
      ),
    'pass',
    /^1 target healthy, 1 address answers, 1 of 1 server reached in turn$/,
  ],
  [
    'a sick target',
    () =>
      judgeBalancer(targets({ state: 'unhealthy', reason: 'Target.FailedHealthChecks' }), through(), servers),
    'fail',
    /pr-42-server-3:6443 unhealthy \(Target.FailedHealthChecks\)/,
  ],
  [
    'a zone without subnet',
    () => judgeBalancer(targets({ state: 'unused', reason: 'Target.NotInUse' }), through(), servers),
    'fail',
    /unused/,
  ],
  [
    'a machine that was terminated, and replaced',
    () => judgeBalancer([...gone('unused'), ...targets()], through(), servers),
    'pass',
    /^6 targets healthy/,
  ],
  [
    'a machine that is no server, and gets connections',
    () => judgeBalancer([...gone('unhealthy'), ...targets()], through(), servers),
    'fail',
    /not healthy: i-0gone:6443 unhealthy/,
  ],
  [
    'a server that is stopped',
    () => judgeBalancer(targets({ state: 'unused', reason: 'Target.InvalidState' }), through(), servers),
    'fail',
    /pr-42-server-3:6443 unused/,
  ],
  [
    'a server that is no target',
    () => judgeBalancer(targets().slice(1), through(), servers),
    'fail',
    /^not a target: pr-42-server-1:6443/,
  ],
  ['no targets', () => judgeBalancer([], through(), servers), 'fail', /no targets/],
  ['no address', () => judgeBalancer(targets(), through({ addresses: [] }), servers), 'fail', /no address/],
  [
    'a dead address',
    () => judgeBalancer(targets(), address({ api: 0, error: 'timed out' }), servers),
    'fail',
    /no good answer through 172.31.0.5/,
  ],
  [
    'a wrong certificate',
    () =>
      judgeBalancer(
        targets(),
        address({ api: 0, error: 'SSL: no alternative certificate subject name' }),
        servers,
      ),
    'fail',
    /172.31.0.5/,
  ],
  [
    'a broken supervisor',
    () => judgeBalancer(targets(), address({ supervisor: 503 }), servers),
    'fail',
    /172.31.0.5/,
  ],
  [
    'an API server that is ill',
    () => judgeBalancer(targets(), address({ api: 500 }), servers),
    'fail',
    /172.31.0.5/,
  ],
  [
    'an API server that does not know the node',
    () => judgeBalancer(targets(), address({ api: 401 }), servers),
    'fail',
    /^no good answer through 172.31.0.5$/,
  ],
  [
    'only one server reached',
    () => judgeBalancer(targets(), through({ certificates: 1, connections: 30 }), servers),
    'fail',
    /only 1 of 3 servers reached in 30/,
  ],
])

test.each<[string, object, RegExp]>([
  ['no quorum', { api: 500 }, /see the checks etcd and api/],
  ['a stranger', { api: 401 }, /rke2 certificate check/],
  [
    'no certificate of its own',
    { api: 0, error: 'curl: (58) could not load PEM client certificate' },
    /kubelet/,
  ],
  ['another name', { api: 0, error: 'SSL: no alternative certificate subject name' }, /tls-san/],
  ['silence', { api: 0, error: 'timed out' }, /security group/],
])('balancer: what to do about %s', (_name, change, remedy) => {
  expect(judgeBalancer(targets(), address(change), servers)).toMatchObject({
    remedy: expect.stringMatching(remedy),
  })
})

// nodes and leases
const TAINT = 'CriticalAddonsOnly=true:NoExecute'
const group = (role: 'server' | 'agent', count: number, change: Partial<NodeGroup> = {}): NodeGroup => ({
  names: aCluster(role === 'server' ? count : 0, role === 'agent' ? count : 0)[`${role}s`].map(
    ({ name }) => name,
  ),
  ready: 'True',
  version: 'v1.35.4+rke2r1',
  roles: role === 'server' ? ['control-plane', 'etcd'] : ['worker'],
  lacks: [],
  voter: role === 'server' ? 'True' : '',
  problems: [],
  cordoned: false,
  stale: false,
  ...change,
})
const rollout = { desired: 6, updated: 6, available: 6 }
const lease = (name: string, change: object = {}, second: object | null = {}) => ({
  name,
  duration: 15,
  first: { holder: 'pr-42-server-1_b569aa6c-8fec', renewed: 99_000, transitions: 0, ...change },
  second: second && {
    holder: 'pr-42-server-1_b569aa6c-8fec',
    renewed: 101_000,
    transitions: 0,
    ...change,
    ...second,
  },
})
const LEASES = ['kube-scheduler', 'kube-controller-manager', 'rke2-cloud-controller-manager']
const cluster = (
  groups = [group('server', 3), group('agent', 3)],
  list = LEASES.map((name) => lease(name)),
  apiServers = servers.map(({ name }) => name),
): ClusterProbe => ({
  nodes: groups,
  leases: { firstAt: 100_000, secondAt: 103_000, list, apiServers },
  cilium: { daemonset: rollout, operator: { desired: 2, updated: 2, available: 2 }, unready: [] },
  end: true,
})
const marked = (machines: ClusterNodes) =>
  markedNodes(
    {
      servers: { labels: ['tier=control'], taints: [TAINT] },
      agents: { labels: ['role=db', 'disk=ssd'], taints: ['gpu:NoSchedule'] },
      groups: [],
    },
    machines,
  )
const nodes = (groups?: NodeGroup[], machines = aCluster(3, 3), wanted?: MachineCounts) =>
  judgeNodes(cluster(groups), machines, marked(machines), wanted)
const agents = group('agent', 3)
test.each<[string, Partial<NodeGroup>, RegExp]>([
  ['a label that speaks of a role', { lacks: [0] }, /^Set it with kubectl label node/],
  ['a taint', { lacks: [2] }, /kubectl taint node/],
  ['a role', { roles: [] }, /join-agents again/],
  ['a node that is not Ready', { ready: 'False', lacks: [0] }, /before Cilium runs/],
])('nodes: what to do about %s', (_name, change, remedy) => {
  expect(nodes([group('server', 3), group('agent', 3, change)])).toMatchObject({
    remedy: expect.stringMatching(remedy),
  })
})
test.each([
  [aCluster(2, 3), /^Run provision-nodes, then join-servers: /],
  [aCluster(3, 2), /^Run provision-nodes, then join-agents: /],
  [aCluster(2, 2), /^Run provision-nodes, then join-servers and join-agents: /],
])('nodes: what is missing is made by its own steps', (machines, remedy) => {
  const groups = [group('server', machines.servers.length), group('agent', machines.agents.length)]
  expect(nodes(groups, machines, { servers: 3, agents: 3 })).toMatchObject({
    remedy: expect.stringMatching(remedy),
  })
})
judgementsOf('nodes', [
  ['well', () => nodes(), 'pass', /^3 servers and 3 agents Ready, v1.35.4\+rke2r1/],
  [
    'not Ready',
    () => nodes([group('server', 3), group('agent', 3, { ready: 'Unknown' })]),
    'fail',
    /pr-42-agent-1 is not Ready \(Unknown\)/,
  ],
  [
    'a kubelet that died just now',
    () => nodes([group('server', 3), group('agent', 3, { stale: true })]),
    'fail',
    /kubelet stopped reporting/,
  ],
  [
    'an agent missing',
    () => nodes([group('server', 3), group('agent', 2)]),
    'fail',
    /^pr-42-agent-3 is not registered$/,
  ],
  [
    'a stranger',
    () => nodes([group('server', 3), group('agent', 4)]),
    'fail',
    /^pr-42-agent-4 is registered, but no machine/,
  ],
  [
    'no taint',
    () => nodes([group('server', 3, { lacks: [1] }), agents]),
    'fail',
    /^pr-42-server-1 lacks the taint CriticalAddonsOnly=true:NoExecute;/,
  ],
  [
    'no label and no taint of agents',
    () => nodes([group('server', 3), group('agent', 3, { lacks: [0, 2] })]),
    'fail',
    /^pr-42-agent-1 lacks the label role=db, the taint gpu:NoSchedule;/,
  ],
  [
    'without agents no taint is wanted',
    () => nodes([group('server', 3)], aCluster(3, 0)),
    'pass',
    /3 servers and 0 agents/,
  ],
  [
    'no worker role',
    () => nodes([group('server', 3), group('agent', 3, { roles: [] })]),
    'fail',
    /lacks the role worker/,
  ],
  [
    'no etcd role',
    () => nodes([group('server', 3, { roles: ['control-plane'] }), agents]),
    'fail',
    /lacks the role etcd/,
  ],
  [
    'an agent that is a server',
    () => nodes([group('server', 3), group('agent', 3, { roles: ['control-plane', 'worker'] })]),
    'fail',
    /agent with a server/,
  ],
  [
    'no voter',
    () => nodes([group('server', 3, { voter: 'False' }), agents]),
    'fail',
    /no voter \(EtcdIsVoter False\)/,
  ],
  [
    'no voter condition',
    () => nodes([group('server', 3, { voter: '' }), agents]),
    'fail',
    /EtcdIsVoter missing/,
  ],
  [
    'pressure',
    () => nodes([group('server', 3), group('agent', 3, { problems: ['DiskPressure'] })]),
    'fail',
    /has DiskPressure/,
  ],
  [
    'cordoned',
    () => nodes([group('server', 3), group('agent', 3, { cordoned: true })]),
    'fail',
    /is cordoned/,
  ],
  [
    'two versions',
    () => nodes([group('server', 3), group('agent', 3, { version: 'v1.34.1+rke2r1' })]),
    'warn',
    /versions differ/,
  ],
  [
    'a stopped machine',
    () =>
      judgeNodes(
        cluster(),
        { servers, agents: [aNode('agent', 1, { state: 'stopped' }), aNode('agent', 2), aNode('agent', 3)] },
        [],
      ),
    'fail',
    /pr-42-agent-1 is stopped/,
  ],
  ['nothing at all', () => nodes([], aCluster(0, 0)), 'fail', /no machines/],
  [
    'a server that is gone for good',
    () => nodes([group('server', 2), group('agent', 3)], aCluster(2, 3), { servers: 3, agents: 3 }),
    'fail',
    /^1 server of 3 is missing$/,
  ],
  [
    'all agents and two servers gone for good',
    () => nodes([group('server', 3)], aCluster(3, 0), { servers: 5, agents: 1 }),
    'fail',
    /^2 servers of 5 are missing; 1 agent of 1 is missing$/,
  ],
  [
    'one of each',
    () => nodes([group('server', 1), group('agent', 1)], aCluster(1, 1)),
    'pass',
    /^1 server and 1 agent Ready/,
  ],
  ['as wanted', () => nodes(undefined, undefined, { servers: 3, agents: 3 }), 'pass', /^3 servers/],
  [
    'more than were wanted',
    () => nodes(undefined, undefined, { servers: 1, agents: 0 }),
    'pass',
    /^3 servers/,
  ],
])

const names = servers.map(({ name }) => name)
const leases = (list: ReturnType<typeof lease>[], groups?: NodeGroup[]) =>
  judgeLeases(cluster(groups, list), names)
const others = LEASES.slice(1).map((name) => lease(name))
judgementsOf('leases', [
  ['well', () => judgeLeases(cluster(), names), 'pass', /^kube-scheduler on pr-42-server-1, /],
  [
    'machines have other names than their nodes',
    () =>
      judgeLeases(
        cluster(undefined, [
          lease('kube-scheduler', { holder: 'ip-172-31-0-5_x' }, { holder: 'ip-172-31-0-5_x' }),
          ...others,
        ]),
        names,
        new Map([['ip-172-31-0-5', 'pr-42-server-1']]),
      ),
    'pass',
    /^kube-scheduler on pr-42-server-1, /,
  ],
  [
    'held by a machine that does not answer',
    () =>
      leases([
        lease('kube-scheduler', { holder: 'ip-172-31-0-5_x' }, { holder: 'ip-172-31-0-5_x' }),
        ...others,
      ]),
    'fail',
    /is held by ip-172-31-0-5, which is no live server/,
  ],
  ['one is missing', () => leases(others), 'fail', /^kube-scheduler has no holder$/],
  ['released', () => leases([lease('kube-scheduler', { holder: '' }), ...others]), 'fail', /has no holder/],
  [
    'not renewed',
    () => leases([lease('kube-scheduler', {}, { renewed: 99_000 }), ...others]),
    'fail',
    /was not renewed for 4.0 s/,
  ],
  [
    'long expired',
    () => leases([lease('kube-scheduler', { renewed: 40_000 }), ...others]),
    'fail',
    /was renewed 60.0 s ago, its limit is 15 s/,
  ],
  [
    'changed hands',
    () => leases([lease('kube-scheduler', {}, { holder: 'pr-42-server-2_x' }), ...others]),
    'fail',
    /changed hands/,
  ],
  [
    'lost and taken again',
    () => leases([lease('kube-scheduler', {}, { transitions: 2 }), ...others]),
    'fail',
    /changed hands/,
  ],
  ['disappeared', () => leases([lease('kube-scheduler', {}, null), ...others]), 'fail', /disappeared/],
  [
    'held by a stranger',
    () => leases([lease('kube-scheduler', { holder: 'old-server_x' }), ...others]),
    'fail',
    /held by old-server, which is no live server/,
  ],
  [
    'held by an agent',
    () => leases([lease('kube-scheduler', { holder: 'pr-42-agent-1_x' }), ...others]),
    'fail',
    /no live server/,
  ],
  [
    'held by a dead server',
    () =>
      leases(
        LEASES.map((name) => lease(name)),
        [group('server', 3, { ready: 'Unknown' })],
      ),
    'fail',
    /no live server/,
  ],
  [
    'an API server without identity',
    () => judgeLeases(cluster(undefined, undefined, names.slice(1)), names),
    'warn',
    /2 API servers have registered/,
  ],
  [
    'the only API server that has an identity',
    () => judgeLeases(cluster(undefined, undefined, names.slice(2)), names),
    'warn',
    /^1 API server has registered, of 3 servers$/,
  ],
  [
    'an API server of a machine that was replaced',
    () => judgeLeases(cluster(undefined, undefined, [...names, 'ip-172-31-0-9']), names),
    'warn',
    /4 API servers have registered/,
  ],
])

// zones
const inZones = (...zones: string[]) => zones.map((zone, at) => aNode('server', at + 1, { zone }))
judgementsOf('zones', [
  ['one each', () => judgeZones(inZones('a', 'b', 'c')), 'pass', /3 servers in 3 zones/],
  [
    'two in one',
    () => judgeZones(inZones('a', 'a', 'b')),
    'fail',
    /loss of a takes 2 of 3 servers, 1 may be lost/,
  ],
  ['five over three', () => judgeZones(inZones('a', 'b', 'c', 'a', 'b')), 'pass', /5 servers in 3 zones/],
  ['five over two', () => judgeZones(inZones('a', 'b', 'a', 'b', 'a')), 'fail', /loss of a takes 3 of 5/],
  ['one server', () => judgeZones(inZones('a')), 'skip', /^1 server: /],
  ['two servers', () => judgeZones(inZones('a', 'b')), 'skip', /^2 servers: /],
  [
    'a fallback that cost it',
    () => judgeZones([...inZones('a', 'b'), aNode('server', 3, { zone: 'a', plannedZone: 'c' })]),
    'warn',
    /loss of a takes 2 of 3 servers, 1 may be lost: AWS had no room for pr-42-server-3 in c/,
  ],
  [
    'a fallback that cost nothing',
    () => judgeZones([...inZones('a', 'b'), aNode('server', 3, { zone: 'd', plannedZone: 'c' })]),
    'pass',
    /3 servers in 3 zones/,
  ],
])

// cilium and connectivity
const probe = (
  role: 'server' | 'agent',
  index: number,
  change: Partial<NodeProbe> = {},
): Answered<NodeProbe> => ({
  node: aNode(role, index),
  answer: {
    agent: 'OK',
    error: '',
    reached: 2,
    failed: [],
    missing: [],
    slowestMs: index,
    slowestTo: 'pr-42-server-1',
    end: true,
    ...change,
  },
})
const three = (change: Partial<NodeProbe> = {}) => [
  probe('server', 1),
  probe('agent', 1),
  probe('agent', 2, change),
]
const rolled = {
  daemonset: { desired: 3, updated: 3, available: 3 },
  operator: { desired: 2, updated: 2, available: 2 },
  unready: [],
}
judgementsOf('cilium', [
  ['well', () => judgeCilium(rolled, three()), 'pass', /^3 agents and 2 operators available, all OK$/],
  [
    'well on one node',
    () =>
      judgeCilium(
        {
          ...rolled,
          daemonset: { desired: 1, updated: 1, available: 1 },
          operator: { desired: 1, updated: 1, available: 1 },
        },
        three().slice(0, 1),
      ),
    'pass',
    /^1 agent and 1 operator available, all OK$/,
  ],
  ['not there', () => judgeCilium({ ...rolled, daemonset: null }, three()), 'fail', /does not exist/],
  [
    'a node that the DaemonSet misses',
    () => judgeCilium({ ...rolled, daemonset: { desired: 2, updated: 2, available: 2 } }, three()),
    'fail',
    /wants 2 agents for 3 nodes/,
  ],
  [
    'still rolling',
    () => judgeCilium({ ...rolled, daemonset: { desired: 3, updated: 2, available: 2 } }, three()),
    'fail',
    /2 of 3 updated/,
  ],
  [
    'no operator',
    () => judgeCilium({ ...rolled, operator: { desired: 2, updated: 2, available: 0 } }, three()),
    'fail',
    /operator: 2 of 2 updated, 0 available/,
  ],
  [
    'an agent that is ill',
    () => judgeCilium(rolled, three({ agent: 'kvstore: failure' })),
    'fail',
    /not well on pr-42-agent-2/,
  ],
  [
    'a silent node',
    () =>
      judgeCilium(rolled, [...three().slice(1), { node: aNode('server', 1), reason: 'check-node: Failed' }]),
    'fail',
    /no answer from 1 node$/,
  ],
])

test('cilium: the taint trap is called by its name', () => {
  const unready = [
    'cilium-operator-x on no node: 0/3 nodes are available: 3 node(s) had untolerated taint {CriticalAddonsOnly: true}.',
  ]
  expect(
    judgeCilium({ ...rolled, operator: { desired: 2, updated: 2, available: 0 }, unready }, three()),
  ).toMatchObject({
    status: 'fail',
    remedy: expect.stringMatching(/CriticalAddonsOnly/),
  })
})

const closed = (path: 'host' | 'pod') => ({
  to: 'pr-42-server-1',
  path,
  why: 'http: context deadline exceeded',
})
judgementsOf('connectivity', [
  ['well', () => judgeConnectivity(three(), true), 'pass', /^6 of 6 pairs/],
  [
    'one way closed',
    () => judgeConnectivity(three({ reached: 1, failed: [closed('pod')] }), true),
    'fail',
    /^5 of 6 pairs reached; pr-42-agent-2 → pr-42-server-1$/,
  ],
  [
    'a node that Cilium does not know',
    () => judgeConnectivity(three({ reached: 1, missing: ['pr-42-server-1'] }), true),
    'fail',
    /5 of 6/,
  ],
  [
    'an agent without answer',
    () => judgeConnectivity(three({ reached: 0, error: 'no cilium-agent container is running here' }), true),
    'fail',
    /4 of 6/,
  ],
  [
    'a node that is off',
    () =>
      judgeConnectivity(
        [...three().slice(1), { node: aNode('server', 1), reason: 'the machine is stopped' }],
        true,
      ),
    'fail',
    /4 of 6/,
  ],
  [
    'more broken than an answer holds',
    () => judgeConnectivity(three({ reached: 0 }), true),
    'fail',
    /4 of 6/,
  ],
  ['one node', () => judgeConnectivity([probe('server', 1)], true), 'skip', /no pair/],
  ['no node', () => judgeConnectivity([], true), 'fail', /no nodes/],
])

test.each([
  ['pod', true, /UDP 8472 .*UDP 51871/],
  ['pod', false, /UDP 8472 \(VXLAN\) between/],
  ['host', true, /TCP 4240/],
] as const)('connectivity: a closed %s path, WireGuard %s, names the port', (path, wireguard, remedy) => {
  const verdict = judgeConnectivity(three({ reached: 1, failed: [closed(path)] }), wireguard)
  expect(verdict).toMatchObject({ status: 'fail', remedy: expect.stringMatching(remedy) })
})

// conformance
const run = (lines: string[], change: object = {}) =>
  judgeConformance(
    { phase: 'Succeeded', reason: '', node: 'pr-42-agent-1', lines, cleaned: true, end: true, ...change },
    4,
  )
const GREEN = [
  'Ran 4 of 7392 Specs in 41.345 seconds',
  'SUCCESS! -- 4 Passed | 0 Failed | 0 Pending | 7388 Skipped',
]
const RED = [
  'Ran 4 of 7392 Specs in 112.345 seconds',
  'FAIL! -- 3 Passed | 1 Failed | 0 Pending | 7388 Skipped',
  '[FAIL] [sig-network] Services [It] should serve a basic endpoint from pods [Conformance]',
]
judgementsOf('conformance', [
  ['green', () => run(GREEN), 'pass', /^4 tests passed in 41.3 s$/],
  [
    'with flakes',
    () => run([GREEN[0] ?? '', 'SUCCESS! -- 5 Passed | 0 Failed | 1 Flaked | 0 Pending | 7387 Skipped']),
    'pass',
    /^5 tests/,
  ],
  [
    'one failed',
    () => run(RED, { phase: 'Failed' }),
    'fail',
    /^tests failed: 1 of 4 \(\[sig-network\] Services \[It\] should serve a basic endpoint/,
  ],
  ['green words, red end', () => run(GREEN, { phase: 'Failed' }), 'fail', /^tests failed/],
  [
    'nothing ran',
    () =>
      run([
        'Ran 0 of 7392 Specs in 0.1 seconds',
        'SUCCESS! -- 0 Passed | 0 Failed | 0 Pending | 7392 Skipped',
      ]),
    'fail',
    /^could not run: only 0 of the 4/,
  ],
  [
    'no image',
    () => run([], { phase: 'Pending', reason: 'ImagePullBackOff' }),
    'fail',
    /^could not run: pod Pending, ImagePullBackOff/,
  ],
  [
    'no summary',
    () => run(['panic: x'], { phase: 'Failed', reason: 'exit code 2 Error' }),
    'fail',
    /^could not run: pod Failed, exit code 2/,
  ],
  ['deleted by somebody', () => run([], { phase: 'Missing' }), 'fail', /^could not run: pod Missing/],
])
