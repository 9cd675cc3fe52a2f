/** A fault that the user can mend: what failed, the likely cause, and the next step, in the user's words. */
export class UserError extends Error {
  readonly hint: string | undefined

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'UserError'
    this.hint = options.hint
  }
}

/** The message alone of anything that was thrown, an Error or not. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What to print for anything that was thrown, an Error or not. */
export function describeError(error: unknown): string {
  if (error instanceof UserError) return error.hint ? `${error.message}\n→ ${error.hint}` : error.message
  if (error instanceof AggregateError) return error.errors.map(describeError).join('\n')
  // What a service answered says more than where in our program it was read.
  if (error instanceof Error && '$fault' in error) return `${error.name}: ${error.message}`
  if (error instanceof Error) return error.stack ?? error.message
  return String(error)
}

/** What to print where one line has room: the first of describeError's. */
export const firstLineOf = (error: unknown): string => describeError(error).split('\n', 1)[0] ?? ''

/** @throws the only failure as it is, an AggregateError for several; returns when there is none */
export function throwAll(failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0]
  if (failures.length) throw new AggregateError(failures)
}
