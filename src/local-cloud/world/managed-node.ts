/** A node as its agent described itself to Systems Manager. */
export interface ManagedNode {
  instanceId: string
  agentVersion: string
  platformType: string
  platformName: string
  platformVersion: string
  computerName: string
  ipAddress: string
  /** Milliseconds since the epoch. */
  registeredAt: number
  lastContactAt: number
}

/** The agent reports at least every five minutes (AWS documentation); after two missed reports it is lost. */
const LOST_AFTER_SECONDS = 600
// An agent polls for 20 s at a time, whatever the speed of the world.
const SHORTEST_LOST_SECONDS = 30

export function pingStatus(
  { lastContactAt }: ManagedNode,
  now: number,
  speed: number,
): 'Online' | 'ConnectionLost' {
  const seconds = Math.max(LOST_AFTER_SECONDS / speed, SHORTEST_LOST_SECONDS)
  return now - lastContactAt > seconds * 1000 ? 'ConnectionLost' : 'Online'
}
