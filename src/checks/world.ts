import type { TargetHealth } from '../aws/balancer.ts'
import type { WantedMarks } from '../cluster/node-marks.ts'
import type { ClusterNodes, MachineCounts } from '../cluster/nodes.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { NodeRunner } from '../nodes/node-runner.ts'

/** All that checks and drills may ask of the world, and the two things that a drill may do to it. */
export interface World {
  readonly cluster: string
  readonly region: string
  /** Labels and taints that nodes must have. */
  readonly marks: WantedMarks
  readonly wireguard: boolean
  /** How many machines there are to be, where this run knows it; where not, the machines' own tags tell. */
  readonly wanted?: MachineCounts | undefined
  readonly runner: NodeRunner
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  nodes(): Promise<ClusterNodes>
  /** The load balancer's name and what it says of its targets; undefined when the cluster has none. */
  balancer(): Promise<BalancerState | undefined>
  /** Power loss: EC2 StopInstances with SkipOsShutdown, after marking the machine as under a drill. */
  cutPower(instanceId: string): Promise<void>
  /** EC2 StartInstances, and the mark goes; refused by EC2 while the instance is still stopping. */
  restorePower(instanceId: string): Promise<void>
}

export interface BalancerState {
  readonly dnsName: string
  /** Where nodes reach it; empty when its name says so. */
  readonly addresses: readonly string[]
  readonly targets: readonly TargetHealth[]
}
