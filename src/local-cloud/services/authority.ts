import type { AccessKey, Authority } from '../wire/fault-of-caller.ts'
import type { World } from '../world/world.ts'

/** The access keys that the account has: its user's, and those that machines were given until they expire. */
export const authorityOf = (world: World): Authority => ({
  keyOf: (accessKeyId) =>
    accessKeyId === world.userKey.accessKeyId ? world.userKey : keyOfMachine(world, accessKeyId),
  now: () => world.clock.now(),
})

function keyOfMachine({ keys }: World, accessKeyId: string): AccessKey | undefined {
  const held = keys.get(accessKeyId)?.credentials
  if (!held) return undefined
  const { secretAccessKey, token: sessionToken, expiresAt } = held
  return { secretAccessKey, sessionToken, expiresAt }
}
