import { isAlive } from '../../world/instance.ts'
import type { World } from '../../world/world.ts'

/**
 * Does Systems Manager know the node by now, and may it be told to do something? A slow or impaired instance reports, but isn't
 * taken in. A stopped one still takes commands; they time out.
 */
export function isRegistered(world: World, nodeId: string): boolean {
  if (!world.nodes.has(nodeId)) return false
  const instance = world.instances.get(nodeId)
  if (!instance) return world.registrations.has(nodeId)
  return isAlive(instance) && !instance.impaired && instance.registersAfter <= world.clock.now()
}
