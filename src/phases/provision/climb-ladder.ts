import { awsCode, refusalHint } from '../../aws/errors.ts'
import {
  addLoad,
  describeRung,
  inOrder,
  isClosed,
  type Load,
  type Rung,
} from '../../cluster/capacity-ladder.ts'
import { launchFailure } from '../../cluster/launch-failure.ts'
import type { PlannedLaunch } from '../../cluster/launch-plan.ts'
import { names } from '../../cluster/names.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'
import type { ChosenPool } from './choose-machines.ts'

/** Launches machines of a pool at a rung, and tells how many there was room for. */
type Launcher = (planned: PlannedLaunch, rung: Rung) => Promise<number>

interface Refusal {
  readonly rung: Rung
  readonly code: string
}

/**
 * Tries one rung after the other while AWS has no room, each said as it is tried; everything else ends the attempt, since no
 * other zone or type would change it.
 * @throws UserError when no rung has room, or AWS refuses for another reason
 */
export async function climbLadder(
  context: Context,
  { pool, load, planned }: { pool: ChosenPool; load: Load; planned: PlannedLaunch },
  launch: Launcher,
): Promise<void> {
  const refusals: Refusal[] = []
  let [left, rung]: [PlannedLaunch, Rung | undefined] = [planned, planned.first]
  while (rung && left.count) {
    const outcome = await attempt(launch, left, rung)
    if ('made' in outcome) {
      told(context, left, outcome.made, rung)
      left = { ...left, firstIndex: left.firstIndex + outcome.made, count: left.count - outcome.made }
    }
    const code = 'refused' in outcome ? outcome.refused : 'InsufficientInstanceCapacity'
    if (!left.count) return
    addLoad(load, rung.zone, -left.count)
    refusals.push({ rung, code })
    rung = inOrder(pool.ladder, load).find((one) => !refusals.some((no) => isClosed(one, no.rung, no.code)))
    if (rung) addLoad(load, rung.zone, left.count)
    const next = rung ? `trying ${describeRung(rung)}` : 'nothing is left to try'
    context.log.warning(`no room for ${spoken(context, left)}: ${inWords(refusals.at(-1))}; ${next}`)
  }
  throw noRoom(spoken(context, left), refusals, pool)
}

async function attempt(launch: Launcher, planned: PlannedLaunch, rung: Rung) {
  try {
    return { made: await launch(planned, rung) }
  } catch (error) {
    if (error instanceof UserError) throw error
    const kind = launchFailure(awsCode(error), (error as Error).message)
    if (kind !== 'no room') throw launchError(planned, rung, error, kind)
    return { refused: awsCode(error) }
  }
}

const inWords = (refusal: Refusal | undefined) =>
  refusal ? `${describeRung(refusal.rung)} (${refusal.code})` : ''

function told(context: Context, planned: PlannedLaunch, made: number, rung: Rung): void {
  const market = rung.capacityType === 'spot' ? 'spot ' : ''
  const who = spoken(context, { ...planned, count: made })
  context.log.info(`${who} in ${rung.zone} (${market}${rung.instanceType})`)
}

/** `pr-42-agent-1 to pr-42-agent-4` */
function spoken({ spec }: Context, { role, firstIndex, count }: PlannedLaunch): string {
  const name = (index: number) => names.node(spec.clusterName, role, index)
  return count === 1 ? name(firstIndex) : `${name(firstIndex)} to ${name(firstIndex + count - 1)}`
}

const noRoom = (who: string, refusals: readonly Refusal[], { input }: ChosenPool) =>
  new UserError(`no zone has room for ${who}: ${refusals.map(inWords).join('; ')}`, {
    hint: `Name more instance types in ${input}, more zones in subnet-ids, or try again later.`,
  })

function launchError(planned: PlannedLaunch, rung: Rung, cause: unknown, kind: string): UserError {
  const hint =
    kind === 'quota'
      ? 'A quota of the account is reached, which no other zone changes: ask AWS for more (Service Quotas, EC2, vCPUs), or choose smaller or fewer machines.'
      : (refusalHint(cause) ?? 'Mend what the message names and run the action again.')
  return new UserError(
    `EC2 refuses to launch ${planned.name}, ${describeRung(rung)}: ${(cause as Error).message}`,
    { hint, cause },
  )
}
