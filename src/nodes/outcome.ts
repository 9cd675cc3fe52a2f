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

// What the agent puts after the first 24,000 bytes.
const CUT = '--output truncated--'
// What the agent says of a script when it comes back after its machine went down.
const LOST = 'document process failed unexpectedly'

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
      reason: `${script.name}: ${reasonOf(ending)}`,
      output: printed || output,
    }
  const answer = script.answer.safeParse(jsonOf(printed.split('\n').at(-1) ?? ''))
  if (answer.success) return { node, ok: true, answer: answer.data }
  const reason = output.endsWith(CUT)
    ? 'printed more than Run Command keeps, and its answer was cut off'
    : 'answered something else than expected'
  return { node, ok: false, exitCode, reason: `${script.name} ${reason}`, output }
}

const MEANINGS: Readonly<Record<string, string>> = {
  DeliveryTimedOut: 'the node did not take the command: its SSM agent is not answering',
  Undeliverable: 'the node cannot be reached by SSM',
  Terminated: 'cancelled, as too many other nodes failed',
  AccessDenied: 'the node’s role may not run it',
}

/** Compares without spaces: the guides write "Delivery Timed Out", the API both ways. 137 is a kill, by the time limit or for want of memory. */
function reasonOf({ status, exitCode, output }: Ending): string {
  const compact = status.replaceAll(' ', '')
  if (compact.includes('TimedOut') && exitCode === 137) return 'killed: it took too long, or memory ran out'
  if (output.startsWith(LOST)) return 'the machine went down while it ran'
  return MEANINGS[compact] ?? `${status}, exit code ${exitCode}`
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
