import { type Invocation, isFinished } from './invocation.ts'

interface CommandTarget {
  key: string
  values: readonly string[]
}

export interface Command {
  id: string
  documentName: string
  documentVersion: string
  comment: string
  parameters: Readonly<Record<string, readonly string[]>>
  instanceIds: readonly string[]
  targets: readonly CommandTarget[]
  /** Milliseconds since the epoch. */
  requestedAt: number
  /** Invocations can't be seen before this moment (milliseconds since the epoch). */
  visibleAt: number
  /** How long delivery may take. */
  timeoutSeconds: number
  /** How long the script may run. */
  executionSeconds: number
  /** `50`, `10%` */
  maxConcurrency: string
  maxErrors: string
  cancelled: boolean
  invocations: ReadonlyMap<string, Invocation>
}

/** When the service gives up: delivery and execution together. Milliseconds since the epoch. */
export const expiresAt = ({ requestedAt, timeoutSeconds, executionSeconds }: Command) =>
  requestedAt + (timeoutSeconds + executionSeconds) * 1000

/**
 * The command as it stands at `now`: what was not delivered in time has timed out, and as many invocations as
 * MaxConcurrency and MaxErrors allow are let go.
 */
export function settled(command: Command, now: number): Command {
  const before = [...command.invocations.values()]
  const going = release(
    before.map((invocation) => expired(invocation, command, now)),
    command,
  )
  if (going.every((invocation, at) => invocation === before[at])) return command
  return { ...command, invocations: new Map(going.map((invocation) => [invocation.instanceId, invocation])) }
}

function expired(invocation: Invocation, command: Command, now: number): Invocation {
  if (isFinished(invocation)) return invocation
  const started = invocation.acknowledged || invocation.steps.length > 0
  const deadline = started ? expiresAt(command) : command.requestedAt + command.timeoutSeconds * 1000
  return now < deadline ? invocation : { ...invocation, status: 'TimedOut', details: 'DeliveryTimedOut' }
}

function release(invocations: readonly Invocation[], command: Command): readonly Invocation[] {
  const errors = invocations.filter(isError).length
  if (errors > share(command.maxErrors, invocations.length))
    return invocations.map((one) => (one.released || isFinished(one) ? one : terminated(one)))
  const busy = invocations.filter((one) => one.released && !isFinished(one)).length
  let free = Math.max(1, share(command.maxConcurrency, invocations.length)) - busy
  return invocations.map((one) =>
    one.released || isFinished(one) || free-- <= 0 ? one : { ...one, released: true },
  )
}

/** Only these count towards MaxErrors (AWS documentation). */
const isError = ({ details }: Invocation) => details === 'Failed' || details === 'ExecutionTimedOut'

const terminated = (invocation: Invocation): Invocation => ({
  ...invocation,
  status: 'Cancelled',
  details: 'Terminated',
})

/** `10` → 10; `10%` of 50 → 5 */
const share = (text: string, of: number) =>
  text.endsWith('%') ? Math.floor((Number.parseInt(text, 10) * of) / 100) : Number(text)

export interface CommandProgress {
  status: 'Pending' | 'InProgress' | 'Cancelling' | 'Success' | 'Cancelled' | 'TimedOut' | 'Failed'
  details: string
  targets: number
  completed: number
  errors: number
  deliveryTimedOut: number
}

/** The command as a whole, as ListCommands shows it. */
export function progressOf(command: Command): CommandProgress {
  const invocations = [...command.invocations.values()]
  const counts = {
    targets: invocations.length,
    completed: invocations.filter(isFinished).length,
    errors: invocations.filter(isError).length,
    deliveryTimedOut: invocations.filter(({ details }) => details === 'DeliveryTimedOut').length,
  }
  return { ...counts, ...wholeStatus(command, invocations, counts) }
}

function wholeStatus(
  command: Command,
  invocations: readonly Invocation[],
  { targets, completed, errors, deliveryTimedOut }: Omit<CommandProgress, 'status' | 'details'>,
): Pick<CommandProgress, 'status' | 'details'> {
  if (targets === 0) return { status: 'Failed', details: 'NoInstancesInTag' }
  if (completed < targets) return unfinished(command, invocations)
  if (invocations.every(({ status }) => status === 'Success'))
    return { status: 'Success', details: 'Success' }
  if (errors > share(command.maxErrors, targets)) return { status: 'Failed', details: 'Failed' }
  if (command.cancelled) return { status: 'Cancelled', details: 'Cancelled' }
  if (deliveryTimedOut > 0) return { status: 'TimedOut', details: 'DeliveryTimedOut' }
  return { status: 'Failed', details: 'Incomplete' }
}

function unfinished(command: Command, invocations: readonly Invocation[]) {
  if (command.cancelled) return { status: 'Cancelling', details: 'Cancelling' } as const
  const begun = invocations.some(({ status }) => status !== 'Pending')
  return begun
    ? ({ status: 'InProgress', details: 'InProgress' } as const)
    : ({ status: 'Pending', details: 'Pending' } as const)
}
