import { permissions } from '../cluster/permissions/all-permissions.ts'
import { quotaHint } from '../cluster/quota-refusals.ts'
import { policyFilesWith } from '../cluster/role-policy.ts'
import { UserError } from '../kit/errors.ts'

/** The code of an AWS error as the service's documentation writes it, whatever protocol it came by; empty for other errors. */
export function awsCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  // A refusal that was put into words already.
  if (error instanceof UserError && error.cause !== undefined) return awsCode(error.cause)
  const code = (error as { Code?: unknown }).Code
  return (typeof code === 'string' ? code : error.name).replace(/Exception$/, '')
}

/** Resolves to undefined when the call fails with one of `codes`; any other failure is thrown. */
export async function unless<T>(codes: readonly string[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (codes.includes(awsCode(error))) return undefined
    throw error
  }
}

/**
 * Whether a deletion leaves the thing gone now: it succeeds, or AWS doesn't know the thing any more (`gone`). False while
 * something else still needs it (`held`); any other failure is thrown.
 */
export async function goneNow(
  deletion: Promise<unknown>,
  { gone, held }: { gone: string; held: readonly string[] },
): Promise<boolean> {
  const deleted = unless([gone], deletion).then(() => true)
  return (await unless(held, deleted)) ?? false
}

const PASSING = [
  'Throttling',
  'RequestLimitExceeded',
  'TooManyRequests',
  'RequestTimeout',
  'TimeoutError',
  'ServiceUnavailable',
]
const NETWORK = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']

/** Whether the same call may succeed a little later: throttled, an error of AWS' own, or no answer at all. */
export function isPassing(error: unknown): boolean {
  if (error instanceof UserError) return error.cause !== undefined && isPassing(error.cause)
  const { $metadata: metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown }
  if ((metadata?.httpStatusCode ?? 0) >= 500) return true
  return PASSING.includes(awsCode(error)) || NETWORK.includes(String(code))
}

const EXPIRED = [
  'ExpiredToken',
  'RequestExpired',
  'InvalidClientTokenId',
  'UnrecognizedClient',
  'AuthFailure',
]

/** Whether AWS does not know the caller, or no more. Each service has a word of its own for it. */
export const isExpiredCredential = (error: unknown) => EXPIRED.includes(awsCode(error))

/** In words: what a refused AWS call means for the user, or undefined when it is not about rights, credentials, quotas or the region. */
export function refusalHint(error: unknown): string | undefined {
  const code = awsCode(error)
  if (isExpiredCredential(error))
    return 'The AWS credentials are not valid, or their time is over: run configure-aws-credentials again just before this step. A region that the account has not enabled answers so too: see aws-region.'
  if (code === 'OptInRequired') return optInHint((error as Error).message)
  if ((error as { code?: unknown }).code === 'ENOTFOUND')
    return 'aws-region: AWS has no such region, or the runner cannot resolve its names: see the spelling, and the runner’s DNS or HTTPS_PROXY.'
  const quota = quotaHint(code, (error as Error).message)
  if (quota) return quota
  if (code === 'InvalidSubnet' && isFullSubnet(error as Error))
    return 'subnet-ids: name larger subnets, or take away what fills this one (with create-vpc, vpc-cidr: a larger range), and run the action again. What this run has made until now goes with teardown.'
  if (!['UnauthorizedOperation', 'AccessDenied'].includes(code)) return undefined
  const [, action] = /is not authorized to perform: ([\w-]+:\w+)/.exec((error as Error).message) ?? []
  if (!action) return 'The role of this job lacks a right. policies/README.md lists what each action needs.'
  const files = policyFilesWith(permissions, action)
  if (!files.length) return `The role of this job lacks ${action}, which no policy of rke2-action holds.`
  return `The role of this job lacks ${action} there: give it the policy that rke2-action has for it (${files.join(', ')}), and see that no boundary or organization policy denies it.`
}

/** EC2 has one code for a region and for an image that the account has not subscribed to. */
function optInHint(message: string): string {
  if (!/marketplace/i.test(message))
    return 'aws-region: the account has not enabled this region. Enable it (aws account enable-region --region-name REGION), or choose another.'
  const [address = 'the address in the message'] = /https:\/\/\S*[^\s.,)]/.exec(message) ?? []
  return `image: it is a product of AWS Marketplace. Subscribe the account to it at ${address}, or choose another image.`
}

/** What a call failed with in words: a missing right, or an outage that the SDK's own attempts did not outlast; else as it is. */
export function explained(error: unknown, operation: string): unknown {
  if (error instanceof UserError) return error
  const hint = refusalHint(error)
  if (hint) return new UserError((error as Error).message, { hint, cause: error })
  if (!isPassing(error)) return error
  return new UserError(`AWS did not carry out ${operation}: ${(error as Error).message}`, {
    hint: 'It throttles this account, or has an outage: run the action again. What is there already is found.',
    cause: error,
  })
}

// What AWS says of a thing that was made just now and that not all of a service knows yet.
const UNKNOWN = [
  'InvalidGatewayID.NotFound',
  'InvalidGroup.NotFound',
  'InvalidInstanceID.NotFound',
  'InvalidInternetGatewayID.NotFound',
  'InvalidRouteTableID.NotFound',
  'InvalidSecurityGroupID.NotFound',
  'InvalidSubnetID.NotFound',
  'InvalidVpcID.NotFound',
  'LoadBalancerNotFound',
  'NoSuchEntity',
  'TargetGroupNotFound',
  // ELB's own words for EC2's things; the last is said of a machine that began to run a moment ago.
  'InvalidSecurityGroup',
  'InvalidSubnet',
  'SubnetNotFound',
  'InvalidTarget',
].map((code) => code.toLowerCase())

/** Whether AWS doesn't know something that the call named. EC2 writes InvalidSubnetID.NotFound and InvalidSubnetId.NotFound. */
export const isUnknown = (error: unknown) =>
  UNKNOWN.includes(awsCode(error).toLowerCase()) && !isFullSubnet(error as Error)

/** ELB has one code for a subnet that it does not know yet, and for one without room. */
const isFullSubnet = (error: Error) => /\bIP (?:space|address)/.test(error.message)
