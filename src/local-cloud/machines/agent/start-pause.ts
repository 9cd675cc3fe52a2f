import { AgentApiError, isRefusal } from './call-aws.ts'

/** Seconds; the genuine agent's own (its credential refresher), and for other refusals as recorded. */
const REFUSED = 300
const ROLE_TOKEN_DENIED = 25 * 60
const HYBRID_DENIED = 24 * 3600
const MOST_DOUBLINGS = 6

/**
 * How long an agent that can't start waits before it tries again. A role that arrives late is not noticed for half an hour: whoever
 * gives it restarts the agent.
 * @param attempt 0 for the first that failed
 * @param random 0 to 1
 */
export function startPause(error: unknown, nodeId: string, attempt: number, random: number): number {
  if (!(error instanceof AgentApiError)) return doubled(attempt, random)
  const hybrid = nodeId.startsWith('mi-')
  if (hybrid && /AccessDenied|FingerprintDoesNotMatch/.test(error.code)) return HYBRID_DENIED + random * 7200
  const aboutToken = error.message.startsWith('RequestManagedInstanceRoleToken')
  if (aboutToken && error.code.includes('AccessDenied')) return ROLE_TOKEN_DENIED + random * 300
  return isRefusal(error) ? REFUSED : doubled(attempt, random)
}

function doubled(attempt: number, random: number): number {
  const seconds = 2 ** Math.min(attempt, MOST_DOUBLINGS)
  return seconds * (1 + random / 5)
}
