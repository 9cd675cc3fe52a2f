import type { ClusterNodes } from '../../cluster/nodes.ts'
import type { Context } from '../context.ts'
import { ensureEndpoints } from './ensure-endpoints.ts'
import { ensureProfile } from './ensure-profile.ts'
import { awaitRunning, type LaunchSettings, launchMachines } from './launch-machines.ts'
import { terminateSilent } from './replace-silent.ts'
import { startStopped } from './start-stopped.ts'

/**
 * Launches the machines that are missing, with what they need from their first second, and starts those that are off. Those
 * that never show themselves are replaced, once.
 * @returns all machines of the cluster, running
 * @throws UserError as `launchMachines` does, or when they do not run in time
 */
export async function ensureMachines(
  context: Context,
  wish: Omit<LaunchSettings, 'instanceProfile'>,
): Promise<ClusterNodes> {
  const { choice, tags, securityGroup: nodesGroup } = wish
  // Before the launch: an agent that meets its role or the endpoints too early sleeps for minutes.
  const [instanceProfile] = await Promise.all([
    ensureProfile(context, tags),
    ensureEndpoints(context, choice, { nodesGroup, tags }),
  ])
  const launch = { ...wish, instanceProfile }
  await launchMachines(context, launch)
  await startStopped(context)
  const running = await awaitRunning(context)
  if (!(await terminateSilent(context, running))) return running
  await launchMachines(context, launch)
  return await awaitRunning(context)
}
