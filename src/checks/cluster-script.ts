import * as z from 'zod'
import type { MarkedNodes, Marks } from '../cluster/node-marks.ts'
import type { Script } from '../nodes/node-runner.ts'
import body from '../nodes/scripts/check-cluster.sh'
import { end } from './answer-end.ts'
import { rangesOfNames } from './name-ranges.ts'

/** `["x-agent-", 1, 3]` is x-agent-1 to x-agent-3: a thousand names must fit into 2,500 bytes. */
const names = z
  .array(z.union([z.tuple([z.string()]), z.tuple([z.string(), z.number(), z.number()])]))
  .transform((runs) =>
    runs.flatMap(([stem, from, to]) =>
      from === undefined || to === undefined
        ? [stem]
        : Array.from({ length: to - from + 1 }, (_, at) => `${stem}${from + at}`),
    ),
  )

const nodeGroup = z.object({
  /** Nodes that are alike in all that follows. */
  names,
  ready: z.string(),
  version: z.string(),
  roles: z.array(z.string()),
  /** Which of the marks that are expected are not there, by their place in `marksIn`. */
  lacks: z.array(z.number()),
  /** Status of EtcdIsVoter; empty when the node has no such condition. */
  voter: z.string(),
  /** Conditions that must be False and are not. */
  problems: z.array(z.string()),
  cordoned: z.boolean(),
  /** Whether the kubelet's own lease is older than its duration: fresher than Ready, which stays True for 50 s. */
  stale: z.boolean(),
})
export type NodeGroup = z.output<typeof nodeGroup>

const leaseReading = z.object({ holder: z.string(), renewed: z.number(), transitions: z.number() })
const leaseProbe = z.object({
  name: z.string(),
  duration: z.number(),
  first: leaseReading,
  second: leaseReading.nullable(),
})
export type LeaseProbe = z.output<typeof leaseProbe>

const clusterProbe = z.object({
  nodes: z.array(nodeGroup),
  leases: z.object({
    /** Of the asking node's clock at each reading, ms since the epoch. */
    firstAt: z.number(),
    secondAt: z.number(),
    list: z.array(leaseProbe),
    /** Host names of API servers whose identity lease is fresh. */
    apiServers: z.array(z.string()),
  }),
  cilium: z.object({
    daemonset: z.object({ desired: z.number(), updated: z.number(), available: z.number() }).nullable(),
    operator: z.object({ desired: z.number(), updated: z.number(), available: z.number() }).nullable(),
    /** Pods of either that are not ready, with the reason: `cilium-operator-x on ?: Unschedulable …`. */
    unready: z.array(z.string()),
  }),
  end,
})
export type ClusterProbe = z.output<typeof clusterProbe>

/** Those whose holders keep a cluster going. */
export const EXPECTED_LEASES = ['kube-scheduler', 'kube-controller-manager', 'rke2-cloud-controller-manager']

/** The expected marks in words, in the order in which the script counts them. */
export const marksIn = ({ labels, taints }: Marks): string[] => [
  ...labels.map((label) => `the label ${label}`),
  ...taints.map((taint) => `the taint ${taint}`),
]

export const clusterScript = (expected: readonly MarkedNodes[]): Script<ClusterProbe> => ({
  name: 'check-cluster',
  body,
  settings: {
    LEASES: EXPECTED_LEASES.join(' '),
    EXPECTED: JSON.stringify(
      expected.map(({ names, ...marks }) => ({ ...marks, names: rangesOfNames(names) })),
    ),
  },
  answer: clusterProbe,
  timeoutSeconds: 60,
})
