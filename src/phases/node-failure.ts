import { type Cause, causeIn } from '../cluster/causes.ts'
import { throwAll, UserError } from '../kit/errors.ts'
import type { Outcome } from '../nodes/node-runner.ts'

/** A node that did not get where it should: an error that names it, shows the end of its own log, its cause, and what to change. */
export function nodeFailure(failure: {
  node: string
  what: string
  log: string
  cause?: unknown
}): UserError {
  const known: Cause | undefined = causeIn(failure.log)
  const because = known ? `: ${known.cause}` : ''
  const log = failure.log.trim() || '(nothing in its log)'
  return new UserError(`${failure.node} ${failure.what}${because}\n${indented(log)}`, {
    hint: known
      ? upperFirst(known.change)
      : 'The end of the node’s own log is above; the action diagnose collects all of it.',
    cause: failure.cause,
  })
}

const indented = (log: string) => log.replace(/^/gm, '    ')
const upperFirst = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/**
 * The answers of all nodes. @throws UserError for the node that failed, or AggregateError when several did.
 */
export function answersOf<Answer>(outcomes: readonly Outcome<Answer>[]): Answer[] {
  const failures: UserError[] = []
  const answers: Answer[] = []
  for (const outcome of outcomes) {
    if (outcome.ok) answers.push(outcome.answer)
    else
      failures.push(
        nodeFailure({ node: outcome.node.name, what: `failed (${outcome.reason})`, log: outcome.output }),
      )
  }
  throwAll(failures)
  return answers
}
