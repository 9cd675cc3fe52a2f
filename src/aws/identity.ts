import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts'
import { UserError } from '../kit/errors.ts'
import { isPassing } from './errors.ts'

export interface Identity {
  readonly account: string
  /** aws, aws-cn or aws-us-gov. */
  readonly partition: string
  readonly arn: string
}

/** Who we are, and so whether the credentials work at all. @throws UserError when they don't, or AWS doesn't say. */
export async function callerIdentity(sts: STSClient): Promise<Identity> {
  try {
    const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}))
    return { account: Account, partition: Arn.split(':')[1] || 'aws', arn: Arn }
  } catch (error) {
    if (isPassing(error)) throw error
    throw new UserError(`AWS does not accept the credentials of this job: ${(error as Error).message}`, {
      hint: 'Run aws-actions/configure-aws-credentials before this step, in the same job.',
      cause: error,
    })
  }
}
