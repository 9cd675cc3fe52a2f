import { onlineInstances } from '../aws/managed-nodes.ts'
import { later } from '../cluster/expiry.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { tagKeys, timeOfTag, timeTag } from '../cluster/tags.ts'
import { moveExpiry } from '../nodes/scripts.ts'
import type { Context } from './context.ts'
import { type Found, findAll } from './leftovers/residue.ts'
import { stamp } from './leftovers/stamp.ts'

/** The latest of the times that the tags say, in milliseconds since the epoch; NaN when none says one. */
export const latestExpiry = (found: readonly Found[]): number =>
  found
    .flatMap(({ things }) => things.map(({ tags }) => timeOfTag(tags[tagKeys.expiresAt])))
    .reduce(later, Number.NaN)

/**
 * Keeps a cluster for `seconds` from now, or as long as it has anyway: moves the time of every resource and of the timer
 * in every machine, and prints how to get into each. What can't be moved is warned of, and keeps nothing else.
 * @returns until when, in milliseconds since the epoch; undefined when there is nothing to keep
 */
export async function hold(context: Context, seconds: number): Promise<number | undefined> {
  const { aws, clock, log, spec } = context
  const found = await findAll(aws, { cluster: spec.clusterName })
  if (found.every(({ things }) => !things.length)) return undefined
  const { servers, agents } = await context.nodes()
  const nodes = [...servers, ...agents]
  const wanted = Math.ceil(clock.now() / 1000 + seconds) * 1000
  const until = later(wanted, latestExpiry(found))
  log.notice(`${spec.clusterName} is kept until ${timeTag(until)}, and costs until then`)
  if (until === wanted) {
    await stamp(aws, found, { [tagKeys.expiresAt]: timeTag(until) }).catch((error: Error) =>
      log.warning(`not every resource took the new expires-at: ${error.message}`),
    )
    await moveTimers(context, nodes, until)
  }
  for (const line of sessionLines(nodes, aws.region)) log.info(line)
  return until
}

/** The tags alone would not keep a machine: it stops itself by its own timer. */
async function moveTimers(context: Context, nodes: readonly ClusterNode[], until: number): Promise<void> {
  const { aws, log, runner } = context
  const missed = new Set(nodes.map(({ name }) => name))
  try {
    const ids = nodes.map(({ instanceId }) => instanceId)
    const online = await onlineInstances(aws.ssm, ids)
    const reachable = nodes.filter(({ instanceId }) => online.has(instanceId))
    const outcomes = reachable.length ? await runner.run(moveExpiry(until), reachable) : []
    for (const { ok, node } of outcomes) if (ok) missed.delete(node.name)
  } catch (error) {
    log.warning(`the timers of machines could not be moved: ${(error as Error).message}`)
  }
  if (missed.size)
    log.warning(`${[...missed].join(', ')} did not answer: they stop themselves at the time set before`)
}

/** How to get into each machine: needs the Session Manager plugin of the AWS CLI, and no open port. */
const sessionLines = (nodes: readonly ClusterNode[], region: string): string[] =>
  nodes.map(
    ({ instanceId, name }) => `aws ssm start-session --target ${instanceId} --region ${region}  # ${name}`,
  )
