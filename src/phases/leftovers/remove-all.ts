import type { AwsClients } from '../../aws/clients.ts'
import { isExpiredCredential, isPassing, refusalHint } from '../../aws/errors.ts'
import type { Leftover, Search } from '../../aws/leftover.ts'
import { messageOf, UserError } from '../../kit/errors.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { TeardownContext } from '../teardown-context.ts'
import { deletionRows } from './all-kinds.ts'
import type { Kind, Removal } from './kind.ts'
import { machines, terminateLate } from './machines.ts'
import type { Found } from './residue.ts'

/**
 * Deletes a cluster's things, row by row. What fails doesn't keep the rest from going: all failures come back.
 * @throws UserError at once when AWS takes the credentials no more, as then nothing else can go either
 */
export async function removeAll(context: TeardownContext, search: Search): Promise<Removed> {
  const failures: unknown[] = []
  const found: Found[] = []
  for (const row of deletionRows) {
    const ofRow = await Promise.all(row.map((kind) => removeKind(context, kind, search)))
    failures.push(...ofRow.flatMap((one) => one.failures))
    found.push(...ofRow, ...ofRow.map(({ late }) => ({ kind: machines, things: late })))
    context.signal.throwIfAborted()
    const expired = failures.find((one) => isExpiredCredential((one as Error).cause))
    if (expired) throw credentialsOver(context, (expired as Error).cause)
  }
  return { found, failures }
}

/** What was there to remove, and what went wrong with it. */
export interface Removed {
  readonly found: readonly Found[]
  readonly failures: readonly unknown[]
}

function credentialsOver({ cluster }: TeardownContext, cause: unknown): UserError {
  return new UserError(
    `in the middle of taking ${cluster} away, AWS stopped taking the credentials of this job: ${(cause as Error).message}`,
    {
      hint: 'Run configure-aws-credentials and teardown again, best in a job of their own: credentials of a role last an hour unless role-duration-seconds says more. Machines that were terminated stay so; what is left costs until then, and is named at the end of that run.',
      cause,
    },
  )
}

interface RemovedKind extends Found {
  readonly failures: readonly unknown[]
  /** Machines that came while things of the kind were held. */
  readonly late: readonly Leftover[]
}

async function removeKind(context: TeardownContext, kind: Kind, search: Search): Promise<RemovedKind> {
  const failures: unknown[] = []
  const late: Leftover[] = []
  let things: readonly Leftover[] = []
  try {
    things = await kind.find(context.aws, search)
    if (!things.length) return { kind, things, failures, late }
    context.log.info(kind.goodbye?.(things) ?? `deleting ${things.map(({ name }) => name).join(', ')}`)
    await untilGone(context, kind, things, { failures, late })
  } catch (error) {
    failures.push(error)
  }
  const said = failures.map((cause) => (context.signal.aborted ? cause : stepError(kind, cause)))
  return { kind, things, failures: said, late }
}

function stepError({ name }: Kind, cause: unknown): UserError {
  const hint = cause instanceof UserError ? cause.hint : refusalHint(cause)
  return new UserError(`could not delete the ${name}: ${messageOf(cause)}`, {
    hint: hint ?? 'Run teardown again.',
    cause,
  })
}

/** While AWS doesn't answer, all are held: those that go already go on going. */
async function attempt(aws: AwsClients, kind: Kind, left: readonly Leftover[]): Promise<Removal | undefined> {
  try {
    return await kind.remove?.(aws, left)
  } catch (error) {
    if (!isPassing(error)) throw error
    return { held: left, failures: [] }
  }
}

/** Tries to delete each until all are gone. */
async function untilGone(
  context: TeardownContext,
  kind: Kind,
  things: readonly Leftover[],
  { failures, late }: { failures: unknown[]; late: Leftover[] },
): Promise<void> {
  const { aws, clock, log, signal, timeout } = context
  let left = things
  await waitFor({
    what: `deleted ${kind.name}`,
    withinSeconds: timeout,
    next: 'Run teardown again: AWS may need more time.',
    clock,
    log,
    signal,
    probe: async (secondsLeft) => {
      const removal = await attempt(aws, kind, left)
      failures.push(...(removal?.failures ?? []))
      left = removal?.held ?? []
      if (!left.length) return { done: undefined }
      if (kind.heldByMachines) late.push(...(await terminateLate(context)))
      if (secondsLeft > 0) return { notYet: left.map(({ name }) => name).join(', ') }
      return {
        notYet: (await Promise.all(left.map((thing) => withHolders(context, kind, thing)))).join(', '),
      }
    },
  })
}

async function withHolders({ aws }: TeardownContext, kind: Kind, thing: Leftover): Promise<string> {
  const holders = (await kind.holders?.(aws, thing)) ?? []
  return holders.length ? `${thing.name} (held by ${holders.join(', ')})` : thing.name
}
