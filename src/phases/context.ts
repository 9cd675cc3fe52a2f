import type { LoadBalancer } from '../aws/balancer.ts'
import type { AwsClients } from '../aws/clients.ts'
import type { ClusterNodes } from '../cluster/nodes.ts'
import type { ClusterSpec } from '../cluster/spec.ts'
import type { RunIdentity } from '../github/run-identity.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { NodeRunner } from '../nodes/node-runner.ts'

/**
 * What every phase and check works with. It is read-only: a phase leaves no notes for the next one, it asks the world,
 * where tags are the truth. So each phase works alone, in sequence, and after a crash.
 */
export interface Context {
  readonly spec: ClusterSpec
  readonly aws: AwsClients
  readonly runner: NodeRunner
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  /** The run that does this, for tags. */
  readonly run: RunIdentity
  /** The cluster's machines that are pending, running, stopping or stopped, by tags, asked anew at each call. */
  nodes(): Promise<ClusterNodes>
  /** The cluster's NLB, asked anew; undefined when there is none. */
  balancer(): Promise<LoadBalancer | undefined>
}
