import { type Credentials, newCredentials } from './instance-credentials.ts'
import type { World } from './world.ts'

/** A role that somebody took on: what they may do is what the role may, as it stands at each call. */
export interface RoleSession {
  roleName: string
  sessionName: string
  credentials: Credentials
}

/** `lifetimeMs` is counted as the caller asked for it: no speed shortens a deadline. */
export function openSession(
  world: World,
  session: { roleName: string; sessionName: string; lifetimeMs: number },
): Credentials {
  const { lifetimeMs, ...who } = session
  const credentials = newCredentials(world.clock.now(), lifetimeMs)
  world.sessions.set(credentials.accessKeyId, { ...who, credentials })
  return credentials
}
