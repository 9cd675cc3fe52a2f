import { AwsFault, type Call } from '../../wire/service.ts'
import type { Instance } from '../../world/instance.ts'
import type { World } from '../../world/world.ts'

/** The machine whose role credentials signed the call; undefined for anyone else's key. */
export function callingInstance(world: World, { accessKeyId }: Call): Instance | undefined {
  for (const [instanceId, credentials] of world.credentials)
    if (credentials.accessKeyId === accessKeyId) return world.instances.get(instanceId)
  return undefined
}

/**
 * What only an agent may call, and only for its own machine.
 * @throws AwsFault when the key isn't the current one of a machine's role, or of another machine
 */
export function agentOf(world: World, call: Call, instanceId: string | undefined): Instance {
  const instance = callingInstance(world, call)
  if (!instance)
    throw new AwsFault(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  if (instanceId !== undefined && instanceId !== instance.id)
    throw new AwsFault(
      'AccessDeniedException',
      `Instance ${instance.id} may not act for ${instanceId}: a role's credentials act for their own instance.`,
    )
  return instance
}
