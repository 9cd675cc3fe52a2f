import { type Level, levelAt } from '../../world/token-bucket.ts'
import type { TokenDemand } from './token-demands.ts'

/** The buckets of one account in one region. */
export interface AccountBuckets {
  /**
   * Takes what a call asks for, all of it or nothing.
   * @param at seconds, never fewer than before
   * @returns the bucket that held too little, or undefined
   */
  take(demands: readonly TokenDemand[], at: number): TokenDemand | undefined
  /** Puts back what a call took for resources, when it was refused after all. */
  giveBack(demands: readonly TokenDemand[]): void
}

export function createAccountBuckets(): AccountBuckets {
  const levels = new Map<string, Level>()
  return {
    take(demands, at) {
      const held = demands.map((demand) => ({
        demand,
        level: levelAt(demand.bucket, levels.get(demand.name), at),
      }))
      const short = held.find(({ demand, level }) => level.tokens < demand.tokens)
      if (short) return short.demand
      for (const { demand, level } of held)
        levels.set(demand.name, { ...level, tokens: level.tokens - demand.tokens })
      return undefined
    },
    giveBack(demands) {
      for (const { name, bucket, tokens, ofResources } of demands) {
        const level = ofResources && levels.get(name)
        if (level) levels.set(name, { ...level, tokens: Math.min(bucket.capacity, level.tokens + tokens) })
      }
    },
  }
}
