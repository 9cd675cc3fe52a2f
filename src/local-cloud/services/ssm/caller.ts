import { AwsFault, type Call } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'

/** A machine that signs with what it was given. */
export interface CallingNode {
  /** `i-…`, or `mi-…` of a machine outside EC2 */
  id: string
  roleName: string | undefined
}

/** The role that an instance has without any profile. No policy can be given to it (EC2 user guide, instance identity roles). */
const IDENTITY_ROLE = 'aws:ec2-instance'

/** The machine that signed the call; undefined for anyone else's key, and for one that has expired. */
export function callingNode(world: World, { accessKeyId = '' }: Call): CallingNode | undefined {
  const key = world.keys.get(accessKeyId)
  if (!key || key.credentials.expiresAt <= world.clock.now()) return undefined
  const { nodeId: id, of } = key
  return { id, roleName: of === 'identity' ? IDENTITY_ROLE : roleOf(world, id) }
}

function roleOf(world: World, id: string): string | undefined {
  const instance = world.instances.get(id)
  if (!instance) return world.registrations.get(id)?.activation?.iamRole
  return world.profiles.get(instance.profileName ?? '')?.roleName
}

/**
 * What only an agent may call, and only for its own machine.
 * @throws AwsFault when the key isn't one of a machine's, or of another machine
 */
export function agentOf(world: World, call: Call, nodeId: string | undefined): CallingNode {
  const node = callingNode(world, call)
  if (!node)
    throw new AwsFault(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  if (nodeId !== undefined && nodeId !== node.id)
    throw new AwsFault(
      'AccessDeniedException',
      `Instance ${node.id} may not act for ${nodeId}: a role's credentials act for their own instance.`,
    )
  return node
}
