import { deleteLeases, readLeases, renewLease } from '../../aws/leases.ts'
import { type Lease, RENEW_SECONDS, WORKING_SECONDS } from '../../cluster/lease.ts'
import { anySignal } from '../../kit/any-signal.ts'
import type { Clock } from '../../kit/clock.ts'
import { firstLineOf, UserError } from '../../kit/errors.ts'
import { mayLive } from '../../kit/process-mark.ts'
import { type Held, holderOf, type LeaseContext, type LeaseWish, takeLease } from './take-lease.ts'

export interface WorkWish extends LeaseWish {
  /** Seconds that the cluster stays this run's after the work, for its next steps; 0 gives it back at once. */
  readonly idleSeconds: number
}

/**
 * Works on a cluster while no other run does. `work` gets a signal that is aborted too when another run has taken over,
 * as this one was silent for too long.
 * @throws UserError, telling who holds the cluster and since when, before any work
 */
export async function withLease<Result>(
  context: LeaseContext,
  wish: WorkWish,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const held = await takeLease(context, wish)
  const over = new AbortController()
  const lost = new AbortController()
  const renewing = keepRenewing(context, held, anySignal(over.signal, context.signal), lost)
  try {
    return await work(anySignal(context.signal, lost.signal))
  } finally {
    over.abort()
    await renewing
    if (!lost.signal.aborted) await giveBack(context, held, wish.idleSeconds)
  }
}

const ownLeases = async ({ cluster, aws, run }: LeaseContext): Promise<Lease[]> =>
  (await readLeases(aws.ssm, cluster)).filter(({ text }) => text.run === run.id)

/** Whether the cluster is this run's, between its steps or lapsed too: it is until another run takes it over. */
export const hasLease = async (context: LeaseContext): Promise<boolean> =>
  (await ownLeases(context)).length > 0

/** Gives back what this run still has: for the end of its job. */
export async function releaseLeases(context: LeaseContext): Promise<void> {
  const { cluster, aws } = context
  const own = await ownLeases(context)
  const done = own.filter(({ text }) => text.state === 'idle' || !mayLive(text.process))
  await deleteLeases(
    aws.ssm,
    cluster,
    done.map(({ number }) => number),
  )
}

/** Ends when `stop` is aborted. A renewal that fails is told, and tried again a minute later. */
async function keepRenewing(
  context: LeaseContext,
  held: Held,
  stop: AbortSignal,
  lost: AbortController,
): Promise<void> {
  while (await slept(context.clock, stop)) {
    const failure = await renewed(context, held).catch((error: unknown) => {
      context.log.warning(`the lease on ${context.cluster} could not be renewed: ${firstLineOf(error)}`)
    })
    if (failure) return lost.abort(failure)
  }
}

/** @returns what there is to say when another run has taken over */
async function renewed(
  { aws, cluster }: LeaseContext,
  { number, text }: Held,
): Promise<UserError | undefined> {
  const newer = (await readLeases(aws.ssm, cluster)).find((one) => one.number > number)
  if (newer)
    return new UserError(`this run was silent too long, and ${cluster} was taken over: ${holderOf(newer)}`)
  await renewLease(aws.ssm, cluster, number, text)
  return undefined
}

const slept = (clock: Clock, stop: AbortSignal): Promise<boolean> =>
  clock.sleep(RENEW_SECONDS * 1000, stop).then(
    () => true,
    () => false,
  )

/** Never hides how the work ended: what is not given back lapses. */
async function giveBack(context: LeaseContext, { number, text }: Held, idleSeconds: number): Promise<void> {
  const { aws, cluster, log } = context
  try {
    if (idleSeconds > 0)
      await renewLease(aws.ssm, cluster, number, { ...text, state: 'idle', seconds: idleSeconds })
    else await deleteLeases(aws.ssm, cluster, [number])
  } catch (error) {
    log.warning(
      `the lease on ${cluster} was not given back: ${firstLineOf(error)}. It lapses ${WORKING_SECONDS / 60} minutes after it was last renewed.`,
    )
  }
}
