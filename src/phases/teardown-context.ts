import type { AwsClients } from '../aws/clients.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'

/** Taking a cluster away needs its name and nothing else: no spec, no runner, no output of an earlier step. */
export interface TeardownContext {
  readonly cluster: string
  readonly aws: AwsClients
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  /** Seconds for each wait. */
  readonly timeout: number
}
