import * as z from 'zod'
import { AwsFault } from '../../wire/service.ts'
import { type Policy, policySchema } from '../../world/policy.ts'

/** @throws AwsFault MalformedPolicyDocument */
export function readPolicy(document: string): Policy {
  const parsed = policySchema.safeParse(document)
  if (parsed.success) return parsed.data
  throw new AwsFault('MalformedPolicyDocument', z.prettifyError(parsed.error))
}

/** @throws AwsFault MalformedPolicyDocument, also for what would be ignored when a node's call is judged by it */
export function refuseUnjudgeable(document: string): void {
  const unknown = readPolicy(document).Statement.find(
    ({ Condition, NotAction, NotResource }) => Condition ?? NotAction ?? NotResource,
  )
  if (unknown)
    throw new AwsFault(
      'MalformedPolicyDocument',
      'the local cloud judges by Effect, Action and Resource: it knows no Condition, NotAction or NotResource',
    )
}
