import * as z from 'zod'
import { type ConditionKeys, conditionSchema, holds } from './policy-condition.ts'
import { matches } from './policy-pattern.ts'

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())])

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Principal: z.unknown().optional(),
  Condition: conditionSchema.optional(),
})

type Statement = z.output<typeof statementSchema>

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
      // One statement may stand without a list.
      Statement: z.preprocess((given) => [given].flat(), z.array(statementSchema)),
    }),
  )

export type Policy = z.output<typeof policySchema>

/** What a policy is asked: one action on one resource, and what is known of the request (condition keys in lower case). */
export interface Question {
  action: string
  resource: string
  keys: ConditionKeys
}

export type Answer = 'allowed' | 'denied' | 'not allowed'

/** An explicit denial wins; what nothing allows is refused ("Policy evaluation logic" of the IAM user guide). */
export function decide(policies: readonly Policy[], question: Question): Answer {
  const fitting = policies.flatMap(({ Statement }) => Statement).filter((one) => fits(one, question))
  if (fitting.some(({ Effect }) => Effect === 'Deny')) return 'denied'
  return fitting.length > 0 ? 'allowed' : 'not allowed'
}

/**
 * The same, where a permissions boundary is set: what it does not allow is refused, whatever the policies say.
 * `by` tells whose word it was.
 */
export function decideWithin(
  policies: readonly Policy[],
  boundary: readonly Policy[] | undefined,
  question: Question,
): { answer: Answer; by: 'policy' | 'boundary' } {
  const own = decide(policies, question)
  const within = boundary ? decide(boundary, question) : 'allowed'
  if (own === 'denied' || within === 'allowed') return { answer: own, by: 'policy' }
  return within === 'denied' || own === 'allowed'
    ? { answer: within, by: 'boundary' }
    : { answer: own, by: 'policy' }
}

function fits(statement: Statement, { action, resource, keys }: Question): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement
  const isAction = (pattern: string) => matches(pattern.toLowerCase(), action.toLowerCase())
  const isResource = (pattern: string) => matches(pattern, resource)
  const fitsAction = Action ? Action.some(isAction) : NotAction?.some(isAction) === false
  const fitsResource = Resource ? Resource.some(isResource) : NotResource?.some(isResource) === false
  return fitsAction && fitsResource && holds(Condition, keys)
}
