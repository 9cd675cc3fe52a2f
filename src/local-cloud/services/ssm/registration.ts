import { isAlive } from '../../world/instance.ts'
import type { World } from '../../world/world.ts'

/** Does Systems Manager know the node by now? A slow or impaired one reports, but isn't taken in. */
export function isRegistered(world: World, instanceId: string): boolean {
  const instance = world.instances.get(instanceId)
  if (!instance || !world.nodes.has(instanceId)) return false
  return isAlive(instance) && !instance.impaired && instance.registersAfter <= world.clock.now()
}
