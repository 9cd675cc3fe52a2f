import { instancesById, terminateInstances } from '../../aws/instances.ts'
import { managedInstances } from '../../aws/managed-nodes.ts'
import type { ClusterNode, ClusterNodes } from '../../cluster/nodes.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { Context } from '../context.ts'
import { briefly } from './await-ready.ts'

// Agents register 30 s to 6 minutes after the launch; about one machine in 200 never does.
const REGISTRATION_SECONDS = 480

/**
 * Terminates machines that SSM has never known and that had time enough since their launch, by this run or by one that was
 * killed, so that another launch takes their place. Whatever SSM has known is left alone, whatever its agent does now: it may be
 * a member of etcd. Tells whether it has terminated any.
 */
export async function terminateSilent(context: Context, { servers, agents }: ClusterNodes): Promise<boolean> {
  const { aws, log } = context
  const nodes = [...servers, ...agents]
  const silent = await stillSilent(context, await neverSeen(context, nodes))
  // Where none shows itself it is the network or the image, and others would fare no better.
  if (!silent.length || (nodes.length > 1 && silent.length === nodes.length)) return false
  log.warning(
    `${namesOf(silent)}: no SSM agent has shown itself since the launch, so the machine is replaced`,
  )
  await terminateInstances(aws.ec2, idsOf(silent))
  return true
}

/** Those of the nodes that do not show themselves in the time that each has from its launch on. */
async function stillSilent(context: Context, nodes: readonly ClusterNode[]): Promise<readonly ClusterNode[]> {
  if (!nodes.length) return []
  const { clock, log, signal } = context
  return await waitFor<readonly ClusterNode[]>({
    what: 'first sign of every new machine',
    withinSeconds: await secondsLeft(context, nodes),
    next: 'They are launched anew.',
    clock,
    log,
    signal,
    probe: async (left) => {
      const missing = await neverSeen(context, nodes)
      if (!missing.length || !left) return { done: missing }
      return { notYet: namesOf(missing) }
    },
  })
}

/** Until the youngest of the machines has had its time. */
async function secondsLeft({ aws, spec, clock }: Context, nodes: readonly ClusterNode[]): Promise<number> {
  const machines = await instancesById(aws.ec2, idsOf(nodes))
  const launched = Math.max(...machines.map(({ launchedAt }) => launchedAt))
  // Half the deadline is for those that take their place.
  const allowed = Math.min(REGISTRATION_SECONDS, spec.timeout / 2)
  return Math.max(0, allowed - (clock.now() - launched) / 1000)
}

async function neverSeen({ aws }: Context, nodes: readonly ClusterNode[]): Promise<ClusterNode[]> {
  const known = await managedInstances(aws.ssm, idsOf(nodes))
  return nodes.filter(({ instanceId }) => !known.has(instanceId))
}

const idsOf = (nodes: readonly ClusterNode[]) => nodes.map(({ instanceId }) => instanceId)

const namesOf = (nodes: readonly ClusterNode[]) => briefly(nodes.map(({ name }) => name))
