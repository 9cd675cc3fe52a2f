export type Tier = 'Standard' | 'Advanced'

export interface Parameter {
  name: string
  type: 'String' | 'StringList' | 'SecureString'
  tier: Tier
  /** A SecureString is kept encrypted. */
  value: string
  keyId: string | undefined
  version: number
  description: string | undefined
  policies: string | undefined
  /** Milliseconds since the epoch; set by an Expiration policy. */
  expiresAt: number | undefined
  /** Milliseconds since the epoch. */
  modifiedAt: number
}

/** Parameter Store's limits in bytes (AWS documentation). */
const TIER_BYTES: Readonly<Record<Tier, number>> = { Standard: 4096, Advanced: 8192 }

/** The tier that a value gets, or undefined when it is too large for what was asked. */
export function tierFor(
  asked: Tier | 'Intelligent-Tiering' | undefined,
  bytes: number,
  hasPolicies: boolean,
  before: Tier | undefined,
): Tier | undefined {
  if (bytes > TIER_BYTES.Advanced) return undefined
  // There is no way back from Advanced but to delete the parameter.
  if (asked === 'Advanced' || before === 'Advanced') return 'Advanced'
  const fits = bytes <= TIER_BYTES.Standard && !hasPolicies
  if (asked === 'Intelligent-Tiering') return fits ? 'Standard' : 'Advanced'
  return fits ? 'Standard' : undefined
}
