import { terminateInstances } from '../../aws/instances.ts'
import { onlineInstances } from '../../aws/managed-nodes.ts'
import type { ClusterNode } from '../../cluster/nodes.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { Context } from '../context.ts'
import { briefly } from './await-ready.ts'

// Agents register 30 s to 6 minutes after the launch; about one machine in 200 never does.
const REGISTRATION_SECONDS = 480

/**
 * Terminates those of the machines launched by this run that SSM doesn't know in time, so that another launch takes their place.
 * Machines that stood before are left alone, whatever their agents do: one may be a member of etcd. Tells whether it has
 * terminated any.
 */
export async function terminateSilent(context: Context, fresh: readonly ClusterNode[]): Promise<boolean> {
  const { aws, spec, clock, log, signal } = context
  if (!fresh.length) return false
  const silent = await waitFor<ClusterNode[]>({
    what: 'first sign of every new machine',
    // Half the deadline is for those that take their place.
    withinSeconds: Math.min(REGISTRATION_SECONDS, spec.timeout / 2),
    next: 'They are launched anew.',
    clock,
    log,
    signal,
    probe: async (secondsLeft) => {
      const online = await onlineInstances(aws.ssm, idsOf(fresh))
      const missing = fresh.filter(({ instanceId }) => !online.has(instanceId))
      if (!missing.length || !secondsLeft) return { done: missing }
      return { notYet: namesOf(missing) }
    },
  })
  // Where none shows itself it is the network or the image, and others would fare no better.
  if (!silent.length || (fresh.length > 1 && silent.length === fresh.length)) return false
  log.warning(
    `${namesOf(silent)}: no SSM agent has shown itself since the launch, so the machine is replaced`,
  )
  await terminateInstances(aws.ec2, idsOf(silent))
  return true
}

const idsOf = (nodes: readonly ClusterNode[]) => nodes.map(({ instanceId }) => instanceId)

const namesOf = (nodes: readonly ClusterNode[]) => briefly(nodes.map(({ name }) => name))
