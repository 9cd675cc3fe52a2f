import { IMAGES } from '../../world/image.ts'
import { isAlive } from '../../world/instance.ts'
import { reaches } from '../../world/ways-out.ts'
import type { World } from '../../world/world.ts'

/** The services that an agent talks to (Systems Manager user guide, "Create VPC endpoints"). */
const SPOKEN_TO = ['ssm', 'ssmmessages', 'ec2messages']

/**
 * Does Systems Manager know the node by now, and may it be told to do something? A slow or impaired instance reports, but isn't
 * taken in, nor is one without an agent in its image, or a way to the services in its network: here every machine has an agent,
 * and it gets through to the API itself.
 * A stopped one still takes commands; they time out.
 */
export function isRegistered(world: World, nodeId: string): boolean {
  if (!world.nodes.has(nodeId)) return false
  const instance = world.instances.get(nodeId)
  if (!instance) return world.registrations.has(nodeId)
  if (IMAGES.find(({ id }) => id === instance.imageId)?.hasAgent === false) return false
  if (!isAlive(instance) || instance.impaired || instance.registersAfter > world.clock.now()) return false
  return SPOKEN_TO.every((service) => reaches(world, instance, service))
}
