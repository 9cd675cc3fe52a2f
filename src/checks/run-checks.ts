import { firstLineOf, UserError } from '../kit/errors.ts'
import { waitFor } from '../kit/wait-for.ts'
import { type Check, fail, type Verdict } from './check.ts'
import { type Facts, gatherFacts } from './facts.ts'
import type { World } from './world.ts'

/** A check, and what came of it. */
export interface Judged {
  readonly check: Pick<Check, 'name' | 'claim'>
  readonly verdict: Verdict
  readonly seconds: number
}

/**
 * Runs checks side by side; those that may settle and fail, or warn of what passes, are asked again, on fresh facts, for `settleSeconds` at most.
 * @returns in the order of `checks`, one for each, whatever happens to it.
 */
export async function runChecks(
  world: World,
  checks: readonly Check[],
  settleSeconds: number,
): Promise<Judged[]> {
  const judged = new Map<string, Judged>()
  const judgeAll = async (some: readonly Check[]) => {
    const facts = gatherFacts(world)
    await Promise.all(
      some.map(async (check) => {
        judged.set(check.name, await judge(check, facts))
      }),
    )
  }
  const [settling, others] = [
    checks.filter(({ settles }) => settles),
    checks.filter(({ settles }) => !settles),
  ]
  await Promise.all([
    // The longest first: the conformance run.
    judgeAll(others),
    settled(world, settling, judgeAll, judged, settleSeconds),
  ])
  return checks.flatMap(({ name }) => judged.get(name) ?? [])
}

async function settled(
  world: World,
  checks: readonly Check[],
  judgeAll: (checks: readonly Check[]) => Promise<void>,
  judged: ReadonlyMap<string, Judged>,
  settleSeconds: number,
): Promise<void> {
  const unsettled = () => checks.filter(({ name }) => isUnsettled(judged.get(name)?.verdict))
  await judgeAll(checks)
  if (!unsettled().length) return
  try {
    await waitFor({
      ...world,
      what: 'checks to settle',
      withinSeconds: settleSeconds,
      next: 'Read the report.',
      probe: async () => {
        await judgeAll(unsettled())
        const left = unsettled()
        return left.length ? { notYet: left.map((check) => told(check, judged)).join('; ') } : { done: true }
      },
    })
  } catch (error) {
    world.signal.throwIfAborted()
    // The deadline has passed: the verdicts themselves tell what is still missing.
    if (!(error instanceof UserError)) throw error
  }
}

const isUnsettled = (verdict: Verdict | undefined): boolean =>
  verdict?.status === 'fail' || (verdict?.status === 'warn' && verdict.passing === true)

const told = ({ name }: Check, judged: ReadonlyMap<string, Judged>) =>
  `${name}: ${judged.get(name)?.verdict.detail ?? ''}`

/** Runs one check. Throws nothing but the end of the run: what a check throws is its failure. */
export async function judge(check: Check, facts: Facts): Promise<Judged> {
  const { clock, signal } = facts.world
  const since = clock.now()
  const verdict = await check.run(facts).catch((error: unknown): Verdict => {
    signal.throwIfAborted()
    return fail(`could not be carried out: ${firstLineOf(error)}`, hintOf(error))
  })
  return { check, verdict, seconds: (clock.now() - since) / 1000 }
}

const hintOf = (error: unknown) =>
  (error instanceof UserError && error.hint) ||
  'Silence proves nothing, so this counts as a failure: see the log above.'
