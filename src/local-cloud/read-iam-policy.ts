import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { UserError } from '../kit/errors.ts'
import { policySchema } from './world/policy.ts'

/**
 * The text of an IAM policy in a file, once it reads as one.
 * @throws UserError that names the file and every mistake in it
 */
export function readIamPolicy(file: string): string {
  const text = readText(file)
  const parsed = policySchema.safeParse(text)
  if (parsed.success) return text
  throw new UserError(`--iam-policy ${file}: ${z.prettifyError(parsed.error)}`, {
    hint: 'Write a policy in IAM’s own language, such as those in policies/.',
  })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UserError(`--iam-policy ${file}: ${(error as Error).message}`, {
      hint: 'Name a file that is there, such as policies/deploy.json.',
    })
  }
}
