import {
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { unless } from './errors.ts'

/** The role in an instance profile, by ARN; undefined when there is no such profile, and empty when it holds no role. */
export async function roleInProfile(iam: IAMClient, name: string): Promise<string | undefined> {
  const found = await unless(
    ['NoSuchEntity'],
    iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name })),
  )
  return found && (found.InstanceProfile?.Roles?.[0]?.Arn ?? '')
}

/** The document of a managed policy in force; undefined when there is no such policy. */
export async function policyDocument(iam: IAMClient, arn: string): Promise<string | undefined> {
  const found = await unless(['NoSuchEntity'], iam.send(new GetPolicyCommand({ PolicyArn: arn })))
  if (!found) return undefined
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: found.Policy?.DefaultVersionId }),
  )
  return decodeURIComponent(PolicyVersion?.Document ?? '')
}
