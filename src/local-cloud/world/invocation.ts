export type InvocationStatus =
  | 'Pending'
  | 'InProgress'
  | 'Cancelling'
  | 'Success'
  | 'Cancelled'
  | 'TimedOut'
  | 'Failed'

/** One plugin of the document on one node. */
export interface Step {
  name: string
  status: InvocationStatus
  code: number
  /** The agent's combined form, at most 2,500 bytes. */
  output: string
  stdout: string
  stderr: string
  /** As the agent gave them. */
  startedAt: string | undefined
  endedAt: string | undefined
}

export interface Invocation {
  instanceId: string
  status: InvocationStatus
  details: string
  /** MaxConcurrency lets it go. */
  released: boolean
  /** The agent has it for good: it is not delivered again. */
  acknowledged: boolean
  /** Milliseconds since the epoch: an unacknowledged message is delivered (again) from here on. */
  deliverableAt: number
  deliveries: number
  steps: readonly Step[]
}

/** What the agent says of a document; more than one reply may be needed for all its steps. */
export interface Reply {
  documentStatus: string
  steps: readonly Step[]
}

export const newInvocation = (instanceId: string, now: number): Invocation => ({
  instanceId,
  status: 'Pending',
  details: 'Pending',
  released: false,
  acknowledged: false,
  deliverableAt: now,
  deliveries: 0,
  steps: [],
})

export const isFinished = ({ status }: { status: InvocationStatus }) =>
  status !== 'Pending' && status !== 'InProgress' && status !== 'Cancelling'

/** The agent's words for a document or a step → the service's status. A reboot in between is still in progress. */
const AGENT_STATUS: Readonly<Record<string, InvocationStatus>> = {
  NotStarted: 'Pending',
  InProgress: 'InProgress',
  SuccessAndReboot: 'InProgress',
  PassedAndReboot: 'InProgress',
  Success: 'Success',
  Skipped: 'Success',
  Failed: 'Failed',
  TimedOut: 'TimedOut',
  Cancelled: 'Cancelled',
}

/** @returns undefined for a word the agent doesn't have */
export const statusFromAgent = (word: string): InvocationStatus | undefined => AGENT_STATUS[word]

export const isDeliverable = (invocation: Invocation, now: number) =>
  invocation.released &&
  !invocation.acknowledged &&
  (invocation.status === 'Pending' || invocation.status === 'InProgress') &&
  invocation.deliverableAt <= now

export const delivered = (invocation: Invocation, visibleAgainAt: number): Invocation => ({
  ...invocation,
  deliverableAt: visibleAgainAt,
  deliveries: invocation.deliveries + 1,
})

/**
 * Takes in a reply. A finished invocation stays as it is: the agent answers a second delivery with InProgress.
 * Steps gather, because a document with several steps ends with an empty list.
 */
export function replied(invocation: Invocation, reply: Reply): Invocation {
  if (isFinished(invocation)) return invocation
  const steps = [...new Map([...invocation.steps, ...reply.steps].map((step) => [step.name, step])).values()]
  const status = statusFromAgent(reply.documentStatus) ?? 'Failed'
  if (invocation.status === 'Cancelling' && !isFinished({ status })) return { ...invocation, steps }
  return { ...invocation, status, details: status === 'TimedOut' ? 'ExecutionTimedOut' : status, steps }
}

/** Undelivered ones are cancelled at once; what may be running is for the agent to end. */
export function cancelled(invocation: Invocation): Invocation {
  if (isFinished(invocation)) return invocation
  const status = invocation.deliveries === 0 ? 'Cancelled' : 'Cancelling'
  return { ...invocation, status, details: status }
}

/** The exit code to show: of the last step that ended, -1 when nothing was received. */
export function responseCode(invocation: Invocation): number {
  if (!isFinished(invocation)) return -1
  return invocation.steps.at(-1)?.code ?? -1
}
