import { type Credentials, newCredentials } from './instance-credentials.ts'
import type { World } from './world.ts'

/** Temporary credentials that a machine was given. They stay good until they expire, whatever was given after them. */
export interface IssuedKey {
  /** `i-…` or `mi-…` */
  nodeId: string
  /** `identity` says which EC2 instance it is, and may do next to nothing. */
  of: 'role' | 'identity'
  credentials: Credentials
}

const HOUR_MS = 3600_000
/** EC2's live six hours (as recorded from its metadata service), those of a hybrid node one (the agent's own client). */
const LIFETIME_MS = { instance: 6 * HOUR_MS, hybrid: HOUR_MS }

export function issueKey(world: World, nodeId: string, of: IssuedKey['of']): Credentials {
  const now = world.clock.now()
  const credentials = newCredentials(now, LIFETIME_MS[nodeId.startsWith('mi-') ? 'hybrid' : 'instance'])
  for (const [id, key] of world.keys) if (key.credentials.expiresAt <= now) world.keys.delete(id)
  world.keys.set(credentials.accessKeyId, { nodeId, of, credentials })
  return credentials
}

/** A machine that is gone speaks no more. */
export function revokeKeys(world: World, nodeId: string): void {
  for (const [id, key] of world.keys) if (key.nodeId === nodeId) world.keys.delete(id)
  world.credentials.delete(nodeId)
  world.identityCredentials.delete(nodeId)
}
