import * as z from 'zod'
import { AwsFault } from '../../wire/service.ts'
import { type Policy, policySchema } from '../../world/policy.ts'

/** @throws AwsFault MalformedPolicyDocument, also for an operator or a key that the local cloud could not judge by */
export function readPolicy(document: string): Policy {
  const parsed = policySchema.safeParse(document)
  if (parsed.success) return parsed.data
  throw new AwsFault('MalformedPolicyDocument', z.prettifyError(parsed.error))
}
