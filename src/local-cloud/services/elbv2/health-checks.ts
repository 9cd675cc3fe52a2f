import { afterCheck, type Target, type TargetGroup, UNCHECKED } from '../../world/target-group.ts'
import { isCheckable, targetHealth } from '../../world/target-health.ts'
import type { World } from '../../world/world.ts'
import { inBackground } from '../after.ts'
import type { Cloud } from '../cloud.ts'
import { changeTarget } from './registrations.ts'
import { surroundings } from './surroundings.ts'

/** A busy two-core machine answers no sooner; the world's speed goes no lower than this. */
const SHORTEST_INTERVAL_MS = 500
const SHORTEST_TIMEOUT_MS = 500

/** Checks every target of the group, each interval, for as long as the group exists. */
export function startHealthChecks(cloud: Cloud, groupArn: string): void {
  const { world } = cloud
  inBackground(cloud, async () => {
    for (;;) {
      const group = world.targetGroups.get(groupArn)
      if (!group) return
      const before = verdicts(world, group)
      await Promise.all([...group.targets].map(([key, target]) => check(cloud, group, key, target)))
      const after = world.targetGroups.get(groupArn)
      if (after && verdicts(world, after) !== before) await cloud.syncNetwork()
      const interval = (group.healthCheck.intervalSeconds * 1000) / world.speed
      await world.clock.sleep(Math.max(interval, SHORTEST_INTERVAL_MS), world.signal)
    }
  })
}

const verdicts = (world: World, group: TargetGroup) =>
  [...group.targets]
    .map(([key, target]) => `${key}=${targetHealth(target, surroundings(world, group, target)).state}`)
    .join()

async function check(cloud: Cloud, group: TargetGroup, key: string, target: Target): Promise<void> {
  const { world, hypervisor } = cloud
  const around = surroundings(world, group, target)
  const health = targetHealth(target, around)
  if (health.reason === 'Target.InvalidState') return forget(world, group, key)
  if (!isCheckable(health)) return
  const nodes = around.balancer?.nodes ?? []
  // Every node of a balancer checks; here the one in the target's zone speaks for all.
  const from = nodes.find(({ zone }) => zone === target.zone) ?? nodes[0]
  if (!from) return
  const { port, timeoutSeconds } = group.healthCheck
  const passed = await hypervisor.probeTcp({
    from: from.address,
    address: target.address,
    port: port === 'traffic-port' ? target.port : Number(port),
    timeoutMs: Math.max((timeoutSeconds * 1000) / world.speed, SHORTEST_TIMEOUT_MS),
  })
  changeTarget(world, group.arn, key, (one) => ({
    ...one,
    check: afterCheck(one.check, passed, group.healthCheck),
  }))
}

/** A machine that stopped is checked anew when it runs again. */
function forget(world: World, group: TargetGroup, key: string): void {
  changeTarget(world, group.arn, key, (one) => ({ ...one, check: UNCHECKED }))
}
