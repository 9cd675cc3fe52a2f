import {
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  type EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { Tags } from '../cluster/tags.ts'
import { awsCode } from './errors.ts'
import { type Launch, launchRequest } from './instances.ts'
import { tagged } from './tagged.ts'

/** What EC2 says to a call with DryRun. */
export interface DryRun {
  /** About rights only: a call may be allowed and still be refused. Undefined when it can't be told yet. */
  readonly allowed: boolean | undefined
  /** EC2's code and words; empty when the call would have succeeded, or that can't be told yet. */
  readonly refusal: string
}

/** A launch as it would be made, but for what is not made yet: then neither security group nor profile are asked about. */
export async function tryLaunch(
  ec2: EC2Client,
  launch: Omit<Launch, 'clientToken' | 'userData'>,
): Promise<DryRun> {
  const { securityGroupId, instanceProfile } = launch
  const request = launchRequest({ ...launch, clientToken: '', userData: '' })
  const answer = await answerOf(
    ec2.send(
      new RunInstancesCommand({
        ...request,
        ClientToken: undefined,
        UserData: undefined,
        SecurityGroupIds: securityGroupId ? [securityGroupId] : undefined,
        IamInstanceProfile: instanceProfile ? { Name: instanceProfile } : undefined,
        DryRun: true,
      }),
    ),
  )
  return securityGroupId ? answer : withoutGroup(answer)
}

/**
 * EC2 puts the VPC's default group where none is named, and a policy that allows the cluster's own groups alone refuses
 * that one. What it says of an image, a subnet or a machine counts all the same.
 */
function withoutGroup(answer: DryRun): DryRun {
  const [, refused = 'security-group'] = /on resource: \S+:([a-z-]+)\//.exec(answer.refusal) ?? []
  const isUntold = answer.allowed === false && refused === 'security-group'
  return isUntold ? { allowed: undefined, refusal: '' } : answer
}

export const tryCreateSecurityGroup = (
  ec2: EC2Client,
  wish: { name: string; vpcId: string; tags: Tags },
): Promise<DryRun> =>
  answerOf(
    ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: wish.name,
        Description: wish.name,
        VpcId: wish.vpcId,
        TagSpecifications: tagged('security-group', wish.name, wish.tags),
        DryRun: true,
      }),
    ),
  )

export const tryCreateVpc = (
  ec2: EC2Client,
  wish: { name: string; cidr: string; tags: Tags },
): Promise<DryRun> =>
  answerOf(
    ec2.send(
      new CreateVpcCommand({
        CidrBlock: wish.cidr,
        TagSpecifications: tagged('vpc', wish.name, wish.tags),
        DryRun: true,
      }),
    ),
  )

/** A dry run always ends in an error; which one is the answer. */
async function answerOf(call: Promise<unknown>): Promise<DryRun> {
  try {
    await call
    throw new Error('EC2 carried out a call that had DryRun')
  } catch (error) {
    const code = awsCode(error)
    if (code === '' || code === 'Error') throw error
    if (code === 'DryRunOperation') return { allowed: true, refusal: '' }
    return {
      allowed: code !== 'UnauthorizedOperation',
      refusal: `${code}: ${(error as Error).message}`,
    }
  }
}
