import { isGone, type TargetGroup } from '../../aws/balancer.ts'
import { deregisterTargets, registerTargets, targetHealth } from '../../aws/target-groups.ts'
import type { ClusterNode } from '../../cluster/nodes.ts'
import type { Context } from '../context.ts'

/** Makes the servers targets of a group. One that was replaced leaves it: AWS would list it for a while. Safe to repeat. */
export async function settleTargets(
  { aws, log }: Context,
  group: TargetGroup,
  servers: readonly ClusterNode[],
): Promise<void> {
  await registerTargets(
    aws.elb,
    group.arn,
    servers.map(({ instanceId }) => instanceId),
  )
  const targets = await targetHealth(aws.elb, group)
  const gone = targets.filter((target) => isGone(target, servers)).map(({ instanceId }) => instanceId)
  if (!gone.length) return
  await deregisterTargets(aws.elb, group.arn, gone)
  log.info(`${gone.join(', ')} no longer a target of ${group.port}: the machine is gone`)
}
