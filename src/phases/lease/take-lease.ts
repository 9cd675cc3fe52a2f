import type { AwsClients } from '../../aws/clients.ts'
import { createLease, deleteLeases, readLeases } from '../../aws/leases.ts'
import { throughOutage } from '../../aws/through-outage.ts'
import { type Lease, type LeaseText, lapsesAt, leaseInTheWay, WORKING_SECONDS } from '../../cluster/lease.ts'
import { names } from '../../cluster/names.ts'
import { tagKeys, timeTag } from '../../cluster/tags.ts'
import type { RunIdentity } from '../../github/run-identity.ts'
import { runUrl } from '../../github/run-url.ts'
import type { Clock } from '../../kit/clock.ts'
import { UserError } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { mayLive, processMark } from '../../kit/process-mark.ts'
import { waitFor } from '../../kit/wait-for.ts'

export interface LeaseContext {
  readonly cluster: string
  readonly aws: Pick<AwsClients, 'ssm'>
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  readonly run: RunIdentity
}

export interface LeaseWish {
  /** What to do when another run has the cluster. */
  readonly onBusy: 'fail' | 'wait'
  /** Seconds. */
  readonly timeout: number
  /** Only a run that works now is in the way, not one between two steps. */
  readonly ignoreIdle?: boolean
}

// AWS asks to wait half a minute before a name that was deleted is made again.
const SPREADING_SECONDS = 60

/** Another run has the cluster. */
export class ClusterTaken extends UserError {}

/** A lease that this process holds. */
export interface Held {
  readonly number: number
  readonly text: LeaseText
}

/** @throws ClusterTaken at once or, when told to wait, UserError at the deadline */
export const takeLease = (context: LeaseContext, wish: LeaseWish): Promise<Held> =>
  waitFor({
    ...context,
    what: `${context.cluster} to be free`,
    withinSeconds: Math.max(wish.timeout, SPREADING_SECONDS),
    next: 'Wait for that run to end, or cancel it.',
    probe: async () => {
      const taken = await throughOutage(context, 'Parameter Store to take the lease', () =>
        tryToTake(context, wish),
      )
      if (!taken) return { notYet: 'another run took it just now, or gave it back' }
      if (!('writtenAt' in taken)) return { done: taken }
      if (wish.onBusy === 'fail') throw clusterTaken(context, taken)
      return { notYet: holderOf(taken) }
    },
  })

/** @returns the lease, or another run's that is in the way; undefined while a lease of that number is there and isn't shown */
async function tryToTake(context: LeaseContext, wish: LeaseWish): Promise<Held | Lease | undefined> {
  const { aws, cluster, clock, run } = context
  const inTheWay = (leases: readonly Lease[]) =>
    leaseInTheWay(leases, {
      ...{ run: run.id, repository: run.repository, process: processMark() },
      ...{ now: clock.now(), mayLive },
      ignoreIdle: wish.ignoreIdle ?? false,
    })
  const leases = await readLeases(aws.ssm, cluster)
  const holder = inTheWay(leases)
  if (holder) return holder
  const number = (leases.at(-1)?.number ?? 0) + 1
  const text = textOf(context)
  // Somebody was quicker: what they wrote is judged when it is shown.
  if (!(await createLease(aws.ssm, cluster, { number, text, tags: tagsOf(context) }))) return undefined
  const others = (await readLeases(aws.ssm, cluster)).filter((one) => one.number !== number)
  // The first reading may have been an old one.
  const rival = inTheWay(others.filter((one) => one.number > number))
  await deleteLeases(aws.ssm, cluster, rival ? [number] : others.map((one) => one.number))
  return rival ?? { number, text }
}

const textOf = ({ run, clock }: LeaseContext): LeaseText => ({
  run: run.id,
  repository: run.repository,
  since: new Date(clock.now()).toISOString(),
  state: 'working',
  seconds: WORKING_SECONDS,
  process: processMark(),
})

/** A sweep judges a cluster by the latest time of all that carries its tag, and a lease must not make it live longer. */
const tagsOf = ({ cluster, run, clock }: LeaseContext) => ({
  [tagKeys.cluster]: cluster,
  [tagKeys.expiresAt]: timeTag(clock.now() + WORKING_SECONDS * 1000),
  [tagKeys.run]: run.id,
  [tagKeys.repository]: run.repository,
})

/** Who has a cluster, in words. */
export const holderOf = ({ text }: Lease) =>
  text.state === 'working'
    ? `${runUrl(text)} works on it since ${text.since}`
    : `${runUrl(text)} has it since ${text.since}, and is between two of its steps`

function clusterTaken({ cluster }: LeaseContext, lease: Lease): ClusterTaken {
  return new ClusterTaken(`${cluster} is taken: ${holderOf(lease)}`, {
    hint: `Wait for that run or cancel it, choose another cluster-name, or set on-busy: wait. Unless it is heard of again its lease lapses at ${timeTag(lapsesAt(lease))}; of a run that is surely dead, delete the parameter ${names.lease(cluster, lease.number)}.`,
  })
}
