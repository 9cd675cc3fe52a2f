import type { LoadBalancer } from '../../world/load-balancer.ts'
import type { Target, TargetGroup } from '../../world/target-group.ts'
import type { TargetSurroundings } from '../../world/target-health.ts'
import type { World } from '../../world/world.ts'

/** AWS support: 180 to 300 s (AWS documentation). */
const REGISTRATION_SECONDS = 180

/** All that a target's health depends on besides its checks. */
export function surroundings(world: World, group: TargetGroup, target: Target): TargetSurroundings {
  return {
    balancer: balancerFor(world, group.arn),
    instance:
      group.targetType === 'instance' ? (world.instances.get(target.id)?.state ?? 'terminated') : undefined,
    now: world.clock.now(),
    registrationMs: (REGISTRATION_SECONDS * 1000) / world.speed,
  }
}

/** The balancer whose listener forwards to the group; there is at most one. */
export function balancerFor(world: World, targetGroupArn: string): LoadBalancer | undefined {
  const listener = [...world.listeners.values()].find((one) => one.targetGroupArn === targetGroupArn)
  return listener && world.loadBalancers.get(listener.balancerArn)
}
