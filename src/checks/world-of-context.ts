import { privateAddresses } from '../aws/balancer-addresses.ts'
import { cutPower, restorePower } from '../aws/instances.ts'
import { targetHealth } from '../aws/target-groups.ts'
import { wantedMarks } from '../cluster/node-marks.ts'
import type { MachineCounts } from '../cluster/nodes.ts'
import type { Context } from '../phases/context.ts'
import type { World } from './world.ts'

/** A cluster in AWS, as checks and drills see it. */
export function worldOf(context: Context, wanted?: MachineCounts): World {
  const { spec, aws, runner, clock, log, signal } = context
  return {
    cluster: spec.clusterName,
    region: aws.region,
    marks: wantedMarks(spec),
    wireguard: spec.wireguard,
    wanted,
    runner,
    clock,
    log,
    signal,
    nodes: () => context.nodes(),
    balancer: async () => {
      const found = await context.balancer()
      if (!found) return undefined
      const [addresses, ...targets] = await Promise.all([
        privateAddresses(aws.ec2, found),
        ...found.targetGroups.map((group) => targetHealth(aws.elb, group)),
      ])
      return { dnsName: found.dnsName, addresses, targets: targets.flat() }
    },
    cutPower: (instanceId) => cutPower(aws.ec2, instanceId),
    restorePower: (instanceId) => restorePower(aws.ec2, instanceId),
  }
}
