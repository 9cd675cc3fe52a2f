import { context } from '@actions/github'

/** The id of a run outside a workflow. */
export const BY_HAND = 'by hand'

/** The run that made something, as its tags name it. */
export interface RunIdentity {
  /** Run and attempt, "9876543210-1"; or "by hand" outside a workflow. */
  readonly id: string
  /** "owner/name"; or "none" outside a workflow. */
  readonly repository: string
}

/** @throws Error when GitHub names the run but not its repository. */
export function runIdentity(): RunIdentity {
  if (!context.runId) return { id: BY_HAND, repository: 'none' }
  const { owner, repo } = context.repo
  return { id: `${context.runId}-${context.runAttempt}`, repository: `${owner}/${repo}` }
}
