import type { AccessKey, Authority } from '../wire/fault-of-caller.ts'
import type { World } from '../world/world.ts'

/** The access keys that the account has: its user's, and those that machines and sessions of roles were given until they expire. */
export const authorityOf = (world: World): Authority => ({
  keyOf: (accessKeyId) =>
    accessKeyId === world.userKey.accessKeyId ? world.userKey : temporaryKey(world, accessKeyId),
  now: () => world.clock.now(),
})

function temporaryKey({ keys, sessions }: World, accessKeyId: string): AccessKey | undefined {
  const held = (keys.get(accessKeyId) ?? sessions.get(accessKeyId))?.credentials
  if (!held) return undefined
  const { secretAccessKey, token: sessionToken, expiresAt } = held
  return { secretAccessKey, sessionToken, expiresAt }
}
