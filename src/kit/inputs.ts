import type * as z from 'zod'
import { UserError } from './errors.ts'

/** The name of the environment variable in which the runner hands over an input: upper case, dashes kept. */
const variableOf = (input: string) => `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`

/**
 * Reads and checks every input at once. An empty string is "not given", as GitHub has no other way to say it.
 * @throws UserError listing all faults, one a line, each with the name of its input.
 */
export function readInputs<Inputs extends z.ZodObject>(
  inputs: Inputs,
  env: Readonly<Record<string, string | undefined>>,
): z.output<Inputs> {
  const given: Record<string, string> = {}
  for (const name of Object.keys(inputs.shape)) {
    const value = env[variableOf(name)]?.trim()
    if (value) given[name] = value
  }
  const parsed = inputs.safeParse(given, { reportInput: true })
  if (parsed.success) return parsed.data
  throw new UserError(describeFaults(parsed.error.issues), {
    hint: 'Nothing was created. Mend the inputs above and run again.',
  })
}

/** What a missing input is called; zod's own words speak of types. */
const messageOf = (issue: z.core.$ZodIssue) =>
  issue.code === 'invalid_type' && issue.input === undefined ? 'is required' : issue.message

/** One line a fault: `servers: 4 servers tolerate no more than 3 … choose 3 or 5`. */
function describeFaults(issues: readonly z.core.$ZodIssue[]): string {
  const lines = issues.map(
    (issue) => `  ${issue.path.length ? `${issue.path.join('.')}: ` : ''}${messageOf(issue)}`,
  )
  return `${lines.length === 1 ? 'One input is' : `${lines.length} inputs are`} not right:\n${lines.join('\n')}`
}
