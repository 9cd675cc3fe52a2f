import * as z from 'zod'

/** Who works with a cluster, as its parameter in Parameter Store holds it. */
export const leaseText = z.object({
  /** Run and attempt, `9876543210-1`, or `by hand`. */
  run: z.string(),
  /** `owner/name`, or `none`. */
  repository: z.string(),
  /** When this run took it, in UTC. */
  since: z.iso.datetime(),
  /** `idle` is between two steps of the run's job: another step of it may go on at once. */
  state: z.enum(['working', 'idle']),
  /** So long after it was last written it lapses. */
  seconds: z.number().int().positive(),
  /** The process that wrote it; empty where that cannot be told. */
  process: z.string(),
})
export type LeaseText = z.output<typeof leaseText>

export interface Lease {
  /** Counts up: each taking over makes a new one, which only one can make. */
  readonly number: number
  readonly text: LeaseText
  /** When AWS last wrote it, in milliseconds since the epoch. */
  readonly writtenAt: number
}

/** A working run renews its lease five times before it lapses. */
export const RENEW_SECONDS = 60
export const WORKING_SECONDS = 5 * RENEW_SECONDS

export const lapsesAt = ({ writtenAt, text }: Lease) => writtenAt + text.seconds * 1000

/** What tells whether a lease stands in the way of a run. */
interface Asker {
  readonly run: string
  readonly repository: string
  /** Of the run that asks; empty where that cannot be told. */
  readonly process: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** False only for a process that is known to have ended. */
  mayLive(process: string): boolean
  /** Only a run that works now counts. */
  readonly ignoreIdle: boolean
}

/** The lease that keeps this run from the cluster, or undefined when it may be taken. */
export const leaseInTheWay = (leases: readonly Lease[], asker: Asker): Lease | undefined =>
  leases.findLast((lease) => lapsesAt(lease) > asker.now && !isOver(lease.text, asker))

/** Whether the holder has ended without a word, or is this run itself between two steps. */
function isOver({ state, process, run, repository }: LeaseText, asker: Asker): boolean {
  if (state === 'idle' ? asker.ignoreIdle : !asker.mayLive(process)) return true
  if (!isSameRun({ run, repository }, asker)) return false
  // Its own, made by a call whose answer was lost.
  if (process && process === asker.process) return true
  // GitHub runs no two attempts of a run at once.
  return parts(run)[1] < parts(asker.run)[1] || state === 'idle'
}

type NamedRun = Pick<LeaseText, 'run' | 'repository'>

/** Whatever the attempts: jobs that are run again are of the same run. */
export const isSameRun = (one: NamedRun, other: NamedRun): boolean =>
  one.repository === other.repository && parts(one.run)[0] === parts(other.run)[0]

function parts(run: string): [id: string, attempt: number] {
  const [, id = run, attempt = '0'] = /^(\d+)-(\d+)$/.exec(run) ?? []
  return [id, Number(attempt)]
}
