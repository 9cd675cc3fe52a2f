import * as z from 'zod'
import { AwsFault } from '../../wire/service.ts'

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

/** A policy in IAM's language. */
export const policySchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
})

export type Policy = z.output<typeof policySchema>

/** @throws AwsFault MalformedPolicyDocument */
export function refuseMalformed(document: string): void {
  const parsed = z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue('This policy contains invalid Json')
        return z.NEVER
      }
    })
    .pipe(policySchema)
    .safeParse(document)
  if (!parsed.success) throw new AwsFault('MalformedPolicyDocument', z.prettifyError(parsed.error))
}
