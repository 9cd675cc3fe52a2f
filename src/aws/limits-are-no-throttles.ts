import type { IAMClient } from '@aws-sdk/client-iam'
import { awsCode } from './errors.ts'

/**
 * IAM says LimitExceeded where a quota is used up, which no waiting mends. The SDK takes that name for a throttle, and would
 * ask for 15 s before it tells.
 */
export function limitsAreNoThrottles({ middlewareStack }: Pick<IAMClient, 'middlewareStack'>): void {
  middlewareStack.add(
    (next) => async (call) => {
      try {
        return await next(call)
      } catch (error) {
        // The name that the SDK goes by; the code stays.
        if (awsCode(error) === 'LimitExceeded') (error as Error).name = 'LimitExceeded'
        throw error
      }
    },
    // Within the SDK's retries.
    { step: 'finalizeRequest', priority: 'low', name: 'limitsAreNoThrottles' },
  )
}
