import type { NodeAddress, Outcome, Script } from './node-runner.ts'

/** How a script ended on one node, as Run Command tells it. */
export interface Ending {
  /** Success, Failed, DeliveryTimedOut, ExecutionTimedOut, Undeliverable, Terminated … */
  status: string
  exitCode: number
  output: string
}

// The agent's own heading between what a script printed and its errors.
const ERROR_HEADING = '\n----------ERROR-------\n'

/** Reads a node's answer: the last line of what a script that succeeded printed, as its schema wants it. */
export function outcomeOf<Answer>(
  script: Script<Answer>,
  node: NodeAddress,
  ending: Ending | undefined,
): Outcome<Answer> {
  if (!ending)
    return { node, ok: false, exitCode: -1, reason: `${script.name} gave no answer in time`, output: '' }
  const { status, exitCode, output } = ending
  const printed = (output.split(ERROR_HEADING)[0] ?? '').trimEnd()
  if (status !== 'Success')
    return {
      node,
      ok: false,
      exitCode,
      reason: `${script.name}: ${reasonOf(status, exitCode)}`,
      output: printed || output,
    }
  const answer = script.answer.safeParse(jsonOf(printed.split('\n').at(-1) ?? ''))
  if (answer.success) return { node, ok: true, answer: answer.data }
  return { node, ok: false, exitCode, reason: `${script.name} answered something else than expected`, output }
}

const MEANINGS: Readonly<Record<string, string>> = {
  DeliveryTimedOut: 'the node did not take the command: its SSM agent is not answering',
  Undeliverable: 'the node cannot be reached by SSM',
  Terminated: 'cancelled, as too many other nodes failed',
  AccessDenied: 'the node’s role may not run it',
}

/** Compares without spaces: the guides write "Delivery Timed Out", the API both ways. 137 is a kill, by the time limit or for want of memory. */
function reasonOf(status: string, exitCode: number): string {
  const compact = status.replaceAll(' ', '')
  if (compact.includes('TimedOut') && exitCode === 137) return 'killed: it took too long, or memory ran out'
  return MEANINGS[compact] ?? `${status}, exit code ${exitCode}`
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
