import { type Target, type TargetGroup, UNCHECKED } from '../../world/target-group.ts'
import type { World } from '../../world/world.ts'

/** Applies `change` to one target of a group; a result of undefined removes it. */
export function changeTarget(
  world: World,
  groupArn: string,
  key: string,
  change: (target: Target) => Target | undefined,
): void {
  const group = world.targetGroups.get(groupArn)
  const target = group?.targets.get(key)
  if (!group || !target) return
  const targets = new Map(group.targets)
  const changed = change(target)
  if (changed) targets.set(key, changed)
  else targets.delete(key)
  world.targetGroups.set(groupArn, { ...group, targets })
}

/** A target group that comes into use registers its targets with the balancer from then on. */
export function restartRegistrations(world: World, groupArn: string): void {
  const keys: TargetGroup['targets'] = world.targetGroups.get(groupArn)?.targets ?? new Map()
  for (const key of keys.keys())
    changeTarget(world, groupArn, key, (target) => ({
      ...target,
      registeredAt: world.clock.now(),
      check: UNCHECKED,
    }))
}
