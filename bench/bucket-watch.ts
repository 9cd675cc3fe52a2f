import { createAccountBuckets } from '../src/local-cloud/services/throttling/account-buckets.ts'
import { tokenDemands } from '../src/local-cloud/services/throttling/token-demands.ts'
import type { Call } from '../src/local-cloud/wire/service.ts'

/**
 * Holds calls against AWS's token buckets as they come, refilled at AWS's own rates: where waiting is shortened, calls
 * come closer together than on AWS, so what stays within them here does so there.
 */
export function createBucketWatch() {
  const buckets = createAccountBuckets()
  const above: string[] = []
  return {
    around: async (call: Call, input: Readonly<Record<string, unknown>>, work: () => unknown) => {
      const demands = tokenDemands(call, input)
      const short = buckets.take(demands, performance.now() / 1000)
      if (short) above.push(short.name)
      try {
        return await work()
      } catch (error) {
        if (!short) buckets.giveBack(demands)
        throw error
      }
    },
    /** The bucket of each call that AWS would have refused. */
    above: (): readonly string[] => above,
  }
}
