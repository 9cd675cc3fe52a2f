import * as z from 'zod'

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())])

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Principal: z.unknown().optional(),
  Condition: z.record(z.string(), z.unknown()).optional(),
})

/** A policy in IAM's language, as text. */
export const policySchema = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue('This policy contains invalid Json')
      return z.NEVER
    }
  })
  .pipe(
    z.strictObject({
      Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
      Id: z.string().optional(),
      Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
    }),
  )

export type Policy = z.output<typeof policySchema>

/**
 * May the action be done to the resource? What is denied stays denied; what nothing allows is refused.
 * Only Effect, Action and Resource are looked at, with their wildcards.
 */
export function permits(policies: readonly Policy[], action: string, resource: string): boolean {
  const statements = policies.flatMap(({ Statement }) => Statement)
  const fitting = statements.filter(
    ({ Action = [], Resource = [] }) =>
      Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      Resource.some((pattern) => matches(pattern, resource)),
  )
  return fitting.length > 0 && fitting.every(({ Effect }) => Effect === 'Allow')
}

// Every call of a machine asks for the same few.
const compiled = new Map<string, RegExp>()

function matches(pattern: string, text: string): boolean {
  const expression = compiled.get(pattern) ?? compile(pattern)
  return expression.test(text)
}

function compile(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const expression = new RegExp(`^${source}$`, 's')
  compiled.set(pattern, expression)
  return expression
}
