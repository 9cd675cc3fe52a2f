/** A fault that the user can mend: what failed, the likely cause, and the next step, in the user's words. */
export class UserError extends Error {
  readonly hint: string | undefined

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'UserError'
    this.hint = options.hint
  }
}

/** What to print for anything that was thrown, an Error or not. */
export function describeError(error: unknown): string {
  if (error instanceof UserError) return error.hint ? `${error.message}\n→ ${error.hint}` : error.message
  if (error instanceof AggregateError) return error.errors.map(describeError).join('\n')
  // What a service answered says more than where in our program it was read.
  if (error instanceof Error && '$fault' in error) return `${error.name}: ${error.message}`
  if (error instanceof Error) return error.stack ?? error.message
  return String(error)
}
