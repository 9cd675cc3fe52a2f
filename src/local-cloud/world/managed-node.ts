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

/** What a machine left when it registered: the key that it signs with until it has a role's. */
export interface Registration {
  nodeId: string
  /** Of the hardware; an EC2 instance's is its id. */
  fingerprint: string
  /** RSA, SubjectPublicKeyInfo, DER in base64. */
  publicKey: string
  /** Of a machine outside EC2. */
  activation: { id: string; iamRole: string; name: string | undefined } | undefined
  /** Milliseconds since the epoch. */
  registeredAt: number
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
