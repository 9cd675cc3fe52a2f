import type { MachineCounts } from '../cluster/nodes.ts'
import { ALL_DRILLS } from '../drills/all-drills.ts'
import type { Drill } from '../drills/drill.ts'
import { healKilledDrill } from '../drills/heal-killed-drill.ts'
import { firstLineOf } from '../kit/errors.ts'
import { redactSecrets } from '../nodes/redact-secrets.ts'
import type { Context } from '../phases/context.ts'
import { type Finding, NOT_CHOSEN, type Report, verdictOf } from '../report/report.ts'
import { type Check, fail, skip, type Verdict } from './check.ts'
import { runChecks } from './run-checks.ts'
import { selectChecks } from './select-checks.ts'
import type { World } from './world.ts'
import { worldOf } from './world-of-context.ts'

export interface VerifyOptions {
  /** Names of checks, `all`, `!name`; empty is all. */
  readonly checks: readonly string[]
  /** Names of drills; empty is none. */
  readonly drills: readonly string[]
  /** Seconds. */
  readonly settleTime: number
  /** Seconds. */
  readonly longestWriteGap: number
}

/**
 * Asks every chosen check, then, only if nothing failed, runs the drills. Never throws for a cluster that is ill.
 * @param wanted where the run knows it: the machines' own tags still tell of a cluster that was larger
 */
export function verifyCluster(
  context: Context,
  options: VerifyOptions,
  wanted?: MachineCounts,
): Promise<Report> {
  return verifyWorld(worldOf(context, wanted), options)
}

/** The same without a context. */
export async function verifyWorld(world: World, options: VerifyOptions): Promise<Report> {
  const startedAt = world.clock.now()
  await healKilledDrill(world)
  const { servers, agents } = await world.nodes()
  const { chosen, left } = selectChecks(options.checks)
  world.log.info(`asking ${chosen.map(({ name }) => name).join(', ') || 'nothing'}`)
  const judged = await runChecks(world, chosen, options.settleTime)
  const findings = [
    ...judged.map(({ check, verdict, seconds }) => findingOf('check', check, verdict, seconds)),
    ...left.map((check) => findingOf('check', check, skip(NOT_CHOSEN), 0)),
  ]
  for (const drill of ALL_DRILLS.filter(({ name }) => options.drills.includes(name)))
    findings.push(await drilled(world, drill, findings, options.longestWriteGap))
  return {
    version: 1,
    cluster: world.cluster,
    region: world.region,
    rke2Version: servers[0]?.rke2Version ?? 'unknown',
    verdict: verdictOf(findings),
    startedAt: new Date(startedAt).toISOString(),
    seconds: (world.clock.now() - startedAt) / 1000,
    findings,
    topology: [...servers, ...agents].map(({ name, role, zone, instanceId, instanceType, privateIp }) => ({
      name,
      role,
      zone,
      instanceId,
      instanceType,
      address: privateIp,
    })),
  }
}

async function drilled(
  world: World,
  drill: Drill,
  before: readonly Finding[],
  longestWriteGap: number,
): Promise<Finding> {
  const failed = before.filter(({ status }) => status === 'fail').map(({ name }) => name)
  const etcd = before.find(({ name }) => name === 'etcd')?.status
  const since = world.clock.now()
  const verdict = await run()
  return findingOf('drill', drill, verdict, (world.clock.now() - since) / 1000)

  async function run(): Promise<Verdict> {
    if (failed.length) return skip(`not begun, as these failed: ${failed.join(', ')}`)
    if (etcd === 'skip')
      return fail(
        'not begun: the etcd check was left out',
        'Choose the check etcd too: a drill begins only on a sound cluster.',
      )
    try {
      return await drill.run(world, longestWriteGap)
    } catch (error) {
      world.signal.throwIfAborted()
      return fail(`could not be carried out: ${firstLineOf(error)}`, 'Read the log above.')
    }
  }
}

function findingOf(
  kind: Finding['kind'],
  { name, claim }: Pick<Check, 'name' | 'claim'>,
  verdict: Verdict,
  seconds: number,
): Finding {
  const { status, detail, evidence = [], figures = [] } = verdict
  return {
    kind,
    name,
    claim,
    status,
    detail: redactSecrets(detail),
    ...('remedy' in verdict ? { remedy: verdict.remedy } : {}),
    evidence: evidence.map(redactSecrets),
    figures: [...figures],
    seconds,
  }
}
