import { onlineInstances } from '../aws/managed-nodes.ts'
import { later, timeFrom } from '../cluster/expiry.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { type Ownership, type Tags, tagKeys, timeOfTag, timeTag } from '../cluster/tags.ts'
import type { RunIdentity } from '../github/run-identity.ts'
import { describeError } from '../kit/errors.ts'
import { moveExpiry } from '../nodes/scripts.ts'
import type { Context } from './context.ts'
import { securityGroups } from './leftovers/network.ts'
import { vpcs } from './leftovers/own-network.ts'
import { type Found, findAll } from './leftovers/residue.ts'
import { stamp } from './leftovers/stamp.ts'
import { ownership } from './ownership.ts'

/** The latest of the times that the tags say, in milliseconds since the epoch; NaN when none says one. */
export const latestExpiry = (found: readonly Found[]): number =>
  found
    .flatMap(({ things }) => things.map(({ tags }) => timeOfTag(tags[tagKeys.expiresAt])))
    .reduce(later, Number.NaN)

/**
 * Keeps a cluster for `seconds` from now, or as long as it has anyway, also from this run's own teardown, and prints how to
 * get into each machine. Does nothing when there is nothing to keep.
 */
export async function hold(context: Context, seconds: number): Promise<void> {
  const { aws, clock, log, run, spec } = context
  const found = await findAll(aws, { cluster: spec.clusterName })
  if (found.every(({ things }) => !things.length)) return
  const wanted = timeFrom(clock.now(), seconds)
  const until = later(wanted, latestExpiry(found))
  log.notice(`${spec.clusterName} is kept until ${timeTag(until)}, and costs until then`)
  const tags = { [tagKeys.heldBy]: holdTag(run, wanted) }
  const nodes = await keepUntil(context, { found, until, tags, isLater: until === wanted })
  for (const line of sessionLines(nodes, aws.region)) log.info(line)
}

/** Until when a failure of this very run keeps what was found, in milliseconds since the epoch; undefined when it does not. */
export function keptByRun(found: readonly Found[], run: RunIdentity, now: number): number | undefined {
  const until = found
    .flatMap(({ things }) => things.map(({ tags }) => holdOf(tags[tagKeys.heldBy], run)))
    .reduce(later, Number.NaN)
  return until > now ? until : undefined
}

/** A later step of the run that succeeds has made good what an earlier one held the cluster for. */
export async function endHold(context: Context): Promise<void> {
  const { aws, clock, log, run, spec } = context
  const search = { cluster: spec.clusterName }
  // One of these is what is made first, so that few calls tell of a hold on anything.
  const first = await findAll(aws, search, [vpcs, securityGroups])
  if (keptByRun(first, run, clock.now()) === undefined) return
  await stampAll(context, await findAll(aws, search), { [tagKeys.heldBy]: NOBODY })
  log.info(`${spec.clusterName} is held no more: this step made good what hold-on-failure kept it for`)
}

// To take the tag away would need rights that a run lacks, and Systems Manager takes no empty value.
const NOBODY = 'nobody'

const BETWEEN = ' until '

const holdTag = ({ id }: RunIdentity, until: number) => `${id}${BETWEEN}${timeTag(until)}`

function holdOf(tag: string | undefined, { id }: RunIdentity): number {
  const [holder, until] = (tag ?? '').split(BETWEEN)
  return holder === id ? timeOfTag(until) : Number.NaN
}

/** Whose the cluster is and until when. One whose time is over gets its `ttl` anew, before a sweep or its own timers take it away. */
export async function renewExpiredOwnership(context: Context): Promise<Ownership> {
  const { aws, clock, log, spec } = context
  const owner = await ownership(context)
  if (owner.expiresAt > clock.now()) return owner
  const expiresAt = timeFrom(clock.now(), spec.ttl)
  log.notice(
    `${spec.clusterName} was over at ${timeTag(owner.expiresAt)}; it is kept until ${timeTag(expiresAt)}`,
  )
  const found = await findAll(aws, { cluster: spec.clusterName })
  await keepUntil(context, { found, until: expiresAt, isLater: true })
  return { ...owner, expiresAt }
}

interface Keep {
  readonly found: readonly Found[]
  /** Milliseconds since the epoch. */
  readonly until: number
  readonly tags?: Tags
  /** Whether machines would stop themselves before. */
  readonly isLater: boolean
}

/** Tells the sweep and the machines until when they leave the cluster alone. @returns its machines */
async function keepUntil(context: Context, { found, until, tags, isLater }: Keep): Promise<ClusterNode[]> {
  await stampAll(context, found, { ...tags, [tagKeys.expiresAt]: timeTag(until) })
  const { servers, agents } = await context.nodes()
  const nodes = [...servers, ...agents]
  if (isLater) await moveTimers(context, nodes, until)
  return nodes
}

/** What can't be stamped is warned of: the rest is kept all the same. */
const stampAll = ({ aws, log }: Context, found: readonly Found[], tags: Tags): Promise<void> =>
  stamp(aws, found, tags).catch((error: Error) =>
    log.warning(`not every resource took the new tags: ${describeError(error)}`),
  )

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
