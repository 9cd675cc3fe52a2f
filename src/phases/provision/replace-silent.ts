import { terminateInstances } from '../../aws/instances.ts'
import { commandedInstances, managedInstances } from '../../aws/managed-nodes.ts'
import type { ClusterNode, ClusterNodes } from '../../cluster/nodes.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { Context } from '../context.ts'
import { briefly } from './await-ready.ts'

// Agents register 30 s to 6 minutes after the launch; about one machine in 200 never does.
const REGISTRATION_SECONDS = 480

/**
 * Terminates machines that do not show themselves to SSM in time, so that another launch takes their place: of this run, or of
 * one that was killed. What ever took a command is left alone, whatever its agent does now: it may be a member of etcd. Tells
 * whether it has terminated any.
 */
export async function terminateSilent(context: Context, { servers, agents }: ClusterNodes): Promise<boolean> {
  const { aws, log } = context
  const unseen = await unseenOf(context, [...servers, ...agents])
  if (!unseen.length) return false
  const silent = await stillSilent(context, unseen)
  // Where none shows itself it is the network or the image, and others would fare no better.
  if (unseen.length > 1 && silent.length === unseen.length) return false
  const commanded = await commandedInstances(aws.ssm, idsOf(silent))
  const untouched = silent.filter(({ instanceId }) => !commanded.has(instanceId))
  if (!untouched.length) return false
  log.warning(
    `${namesOf(untouched)}: no SSM agent has shown itself since the launch, so the machine is replaced`,
  )
  await terminateInstances(aws.ec2, idsOf(untouched))
  return true
}

/** Those of the nodes that have not shown themselves at the deadline. */
async function stillSilent(context: Context, nodes: readonly ClusterNode[]): Promise<ClusterNode[]> {
  const { spec, clock, log, signal } = context
  return await waitFor<ClusterNode[]>({
    what: 'first sign of every new machine',
    // Half the deadline is for those that take their place.
    withinSeconds: Math.min(REGISTRATION_SECONDS, spec.timeout / 2),
    next: 'They are launched anew.',
    clock,
    log,
    signal,
    probe: async (secondsLeft) => {
      const missing = await unseenOf(context, nodes)
      if (!missing.length || !secondsLeft) return { done: missing }
      return { notYet: namesOf(missing) }
    },
  })
}

async function unseenOf({ aws }: Context, nodes: readonly ClusterNode[]): Promise<ClusterNode[]> {
  const shown = await managedInstances(aws.ssm, idsOf(nodes))
  return nodes.filter(({ instanceId }) => !shown.has(instanceId))
}

const idsOf = (nodes: readonly ClusterNode[]) => nodes.map(({ instanceId }) => instanceId)

const namesOf = (nodes: readonly ClusterNode[]) => briefly(nodes.map(({ name }) => name))
