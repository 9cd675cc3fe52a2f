import type { World } from '../../src/checks/world.ts'
import type { ClusterNodes } from '../../src/cluster/nodes.ts'
import type { Clock } from '../../src/kit/clock.ts'
import { silentLog } from '../../src/kit/log.ts'
import type { NodeAddress, Script } from '../../src/nodes/node-runner.ts'
import { aCluster } from './a-cluster.ts'

/** What a node answers to a script, as its JSON; an Error is a script that failed there. */
export type Reply = (script: Script<unknown>, node: NodeAddress) => unknown

/** Time that passes only by sleeping. */
function handClock(): Clock {
  let now = Date.parse('2026-11-21T15:00:00Z')
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds
    },
  }
}

/** A cluster that answers as told; every answer passes its script's own schema. */
export function aWorld(reply: Reply, more: Partial<World> = {}): World & { asked: string[] } {
  const asked: string[] = []
  const cluster: ClusterNodes = aCluster(3, 3)
  return {
    asked,
    cluster: 'pr-42',
    region: 'eu-west-1',
    marks: {
      servers: { labels: [], taints: ['CriticalAddonsOnly=true:NoExecute'] },
      agents: { labels: [], taints: [] },
      groups: [],
    },
    wireguard: false,
    clock: handClock(),
    log: silentLog,
    signal: new AbortController().signal,
    runner: {
      run: async (script, nodes) => {
        asked.push(script.name)
        return nodes.map((node) => {
          const told = reply(script as Script<unknown>, node)
          if (told instanceof Error)
            return {
              node,
              ok: false as const,
              exitCode: 1,
              reason: `${script.name}: Failed`,
              output: told.message,
            }
          return { node, ok: true as const, answer: script.answer.parse(told) }
        })
      },
    },
    nodes: async () => cluster,
    balancer: async () => ({
      dnsName: 'pr-42.example',
      addresses: [],
      targets: cluster.servers.flatMap(({ instanceId }) =>
        [6443, 9345].map((port) => ({ instanceId, port, state: 'healthy', reason: '', description: '' })),
      ),
    }),
    cutPower: async () => {},
    restorePower: async () => {},
    ...more,
  }
}

/** What a sound 3+3 cluster says to each script. */
export const sound: Reply = (script, { name }) => {
  const { servers, agents } = aCluster(3, 3)
  const index = Number(name.at(-1))
  const idOf = (at: number) => String(1_000_000_000_000_000_000n + BigInt(at))
  const lease = (of: string) => {
    const at = Date.parse('2026-11-21T15:00:00Z')
    const reading = { holder: 'pr-42-server-1_x', transitions: 0 }
    return {
      name: of,
      duration: 15,
      first: { ...reading, renewed: at - 1000 },
      second: { ...reading, renewed: at + 1000 },
    }
  }
  const group = { ready: 'True', version: 'v1.35.4+rke2r1', problems: [], cordoned: false, stale: false }
  const replies: Readonly<Record<string, () => unknown>> = {
    'check-server': () => ({
      hostname: `ip-172-31-0-${index}`,
      etcd: {
        healthy: true,
        reason: '',
        isLeader: index === 1,
        quota: 2_147_483_648,
        status: {
          clusterId: '44',
          memberId: idOf(index),
          leader: idOf(1),
          term: '2',
          applied: 100,
          version: '3.6.6',
          learner: false,
          dbSize: 20_480,
          errors: [],
        },
        members: servers.map((server) => ({
          id: idOf(server.index),
          name: `${server.name}-0123abcd`,
          peer: server.privateIp,
          learner: false,
        })),
        alarms: [],
        errors: [],
      },
      api: { ready: true, parts: 37, failed: [], error: '' },
      end: true,
    }),
    'check-cluster': () => ({
      nodes: [
        {
          ...group,
          names: [['pr-42-server-', 1, 3]],
          roles: ['control-plane', 'etcd'],
          lacks: [],
          voter: 'True',
        },
        { ...group, names: [['pr-42-agent-', 1, 3]], roles: ['worker'], lacks: [], voter: '' },
      ],
      leases: {
        firstAt: Date.parse('2026-11-21T15:00:00Z'),
        secondAt: Date.parse('2026-11-21T15:00:03Z'),
        list: ['kube-scheduler', 'kube-controller-manager', 'rke2-cloud-controller-manager'].map(lease),
        apiServers: servers.map((server) => server.name),
      },
      cilium: {
        daemonset: { desired: 6, updated: 6, available: 6 },
        operator: { desired: 2, updated: 2, available: 2 },
        unready: [],
      },
      end: true,
    }),
    'check-node': () => ({
      agent: 'OK',
      error: '',
      reached: 5,
      failed: [],
      missing: [],
      slowestMs: 0.8,
      slowestTo: agents[0]?.name,
      end: true,
    }),
    'check-balancer': () => ({
      from: 'ip-172-31-0-101',
      addresses: [{ ip: '172.31.0.5', api: 200, supervisor: 200, error: '' }],
      connections: 4,
      refused: 0,
      certificates: 3,
      end: true,
    }),
    'check-conformance-start': () => ({
      phase: 'Running',
      reason: '',
      node: 'pr-42-agent-1',
      lines: [],
      cleaned: false,
      end: true,
    }),
    'check-conformance-poll': () => ({
      phase: 'Succeeded',
      reason: '',
      node: 'pr-42-agent-1',
      lines: [
        'Ran 5 of 7392 Specs in 41.345 seconds',
        'SUCCESS! -- 5 Passed | 0 Failed | 0 Pending | 7388 Skipped',
      ],
      cleaned: true,
      end: true,
    }),
    'check-conformance-stop': () => ({ end: true }),
    'drill-writer': () => ({ state: 'started', end: true }),
    'drill-writes': () => ({
      running: true,
      accepted: 40,
      refused: 2,
      longestGapMs: 6_000,
      sinceLastMs: 120,
      now: 0,
      end: true,
    }),
    'drill-writer-stop': () => ({ end: true }),
  }
  return replies[script.name]?.() ?? new Error(`nothing is told of ${script.name}`)
}
