import { combineOutput, truncateStream } from './truncate.ts'

export type StepStatus =
  | 'Success'
  | 'Failed'
  | 'TimedOut'
  | 'Cancelled'
  | 'SuccessAndReboot'
  | 'Skipped'
  | 'InProgress'

/** How a script came to its end. */
export type Ending = 'exited' | 'timed out' | 'cancelled'

/** A step as the agent reports it. */
export interface StepResult {
  status: StepStatus
  code: number
  output: string
  standardOutput: string
  standardError: string
  startDateTime: string
  endDateTime: string
}

export interface RawResult {
  ending: Ending
  code: number
  stdout: Buffer
  stderr: Buffer
  /** Milliseconds since the epoch. */
  startedAt: number
  endedAt: number
}

/** A script that wants the machine rebooted, and itself run again after it. */
const REBOOT_CODE = 194
const KILLED_CODE = 137

/** The agent takes any 137 for a timeout, whoever sent the signal. */
export function statusOf(ending: Ending, code: number): StepStatus {
  if (ending === 'cancelled') return 'Cancelled'
  if (ending === 'timed out' || code === KILLED_CODE) return 'TimedOut'
  if (code === REBOOT_CODE) return 'SuccessAndReboot'
  return code === 0 ? 'Success' : 'Failed'
}

export function reportStep({ ending, code, stdout, stderr, startedAt, endedAt }: RawResult): StepResult {
  const status = statusOf(ending, code)
  const remark =
    status === 'Failed' ? Buffer.from(`failed to run commands: exit status ${code}`) : Buffer.alloc(0)
  const standardOutput = truncateStream(stdout)
  const standardError =
    status === 'TimedOut' && ending !== 'exited' ? '' : truncateStream(Buffer.concat([stderr, remark]))
  return {
    status,
    code: ending === 'exited' ? code : KILLED_CODE,
    output: combineOutput(standardOutput, standardError),
    standardOutput,
    standardError,
    startDateTime: new Date(startedAt).toISOString(),
    endDateTime: new Date(endedAt).toISOString(),
  }
}

/** A step that never had a script's outcome: it could not be started, or its worker was lost. */
export function failedStep(reason: string, now: number, { inOutput = false } = {}): StepResult {
  const time = new Date(now).toISOString()
  return {
    status: 'Failed',
    code: 1,
    output: inOutput ? reason : combineOutput('', reason),
    standardOutput: '',
    standardError: inOutput ? '' : reason,
    startDateTime: time,
    endDateTime: time,
  }
}

/** A step for another platform. */
export const skippedStep = (reason: string, now: number): StepResult => ({
  ...failedStep(reason, now, { inOutput: true }),
  status: 'Skipped',
  code: 0,
})

/** One word for the whole document. */
export function documentStatus(steps: readonly StepResult[]): StepStatus {
  const order: readonly StepStatus[] = ['Cancelled', 'TimedOut', 'Failed']
  return order.find((status) => steps.some((step) => step.status === status)) ?? 'Success'
}
