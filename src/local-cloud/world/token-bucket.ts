export interface TokenBucket {
  /** Tokens at most, and at the beginning. */
  capacity: number
  /** Tokens a second. */
  refill: number
}

/** What a bucket held at a moment. */
export interface Level {
  tokens: number
  /** Seconds. */
  at: number
}

/** What the bucket holds at a later moment. A bucket that was never used is full. */
export function levelAt({ capacity, refill }: TokenBucket, before: Level | undefined, at: number): Level {
  if (!before) return { tokens: capacity, at }
  return { tokens: Math.min(capacity, before.tokens + Math.max(0, at - before.at) * refill), at }
}
