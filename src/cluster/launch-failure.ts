import { QUOTAS } from './quota.ts'

/** Why EC2 refused a launch, as far as it changes what to do next. */
export type LaunchFailure = 'no room' | 'quota' | 'not yet known' | 'final'

const NO_ROOM = [
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientReservedInstanceCapacity',
  'InsufficientFreeAddressesInSubnet',
  'SpotMaxPriceTooLow',
  'UnfulfillableCapacity',
  // "…is not supported in your requested Availability Zone".
  'Unsupported',
]
const QUOTA = [
  'VcpuLimitExceeded',
  'InstanceLimitExceeded',
  'VolumeLimitExceeded',
  'MaxSpotInstanceCountExceeded',
]

/** A group or a profile that was made a moment ago is not known everywhere at once. Profiles have no code of their own: the message tells. */
export function launchFailure(code: string, message: string): LaunchFailure {
  if (NO_ROOM.includes(code)) return 'no room'
  if (QUOTA.includes(code)) return 'quota'
  if (code === 'InvalidGroup.NotFound') return 'not yet known'
  if (code === 'InvalidParameterValue' && /iam instance profile/i.test(message)) return 'not yet known'
  return 'final'
}

/** A machine that was launched, as EC2 shows it some time later. */
export interface LaunchedMachine {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly reason: { readonly code: string; readonly message: string } | undefined
}

/** Those that EC2 took on and then did not start, or took away at once; and those that may still come. */
export function startsOf(launched: readonly string[], shown: readonly LaunchedMachine[]) {
  const died = shown.filter(({ state }) => state === 'shutting-down' || state === 'terminated')
  const started = shown.filter(({ state }) => state !== 'pending').map(({ id }) => id)
  return { died, starting: launched.filter((id) => !started.includes(id)) }
}

/** `pr-42-agent-1 (i-0abc) died at its launch: Client.InternalError: Client error on launch` */
export function deathInWords({ id, name, reason }: LaunchedMachine): string {
  const { code = 'EC2 says no reason', message = '' } = reason ?? {}
  const why = message.startsWith(code) || !message ? message || code : `${code}: ${message}`
  return `${name || 'a machine'} (${id}) died at its launch: ${why}`
}

const AGAIN = 'Run the action again: another machine takes its place.'

/** What to do about a machine that died so: state reasons are codes behind who is at fault, `Client.` or `Server.`. */
export function deathHint(code: string, message: string): string {
  const bare = code.replace(/^(Client|Server)\./, '')
  if (code === 'Client.InternalError' || /kms/i.test(code + message))
    return 'Most often EC2 may not use the KMS key of the volumes: see the account’s default (aws ec2 get-ebs-default-kms-key-id) and that it is enabled, and allow the role of this job kms:CreateGrant, kms:Decrypt, kms:DescribeKey, kms:GenerateDataKeyWithoutPlaintext and kms:ReEncrypt* on it.'
  if (bare === 'VolumeLimitExceeded')
    return `The account has as many ${QUOTAS.gp3.name} as its quota allows: ask for more in Service Quotas (${QUOTAS.gp3.serviceCode}, ${QUOTAS.gp3.code}), or ${QUOTAS.gp3.instead}.`
  if (launchFailure(bare, message) === 'no room' || /^SpotInstance/.test(bare))
    return 'AWS had no room for it, or took it back: run the action again, or name more instance types in server-instance-type or agent-instance-type, and more zones in subnet-ids.'
  if (bare.startsWith('InvalidSnapshot'))
    return 'image: its snapshot is gone, or not shared with this account. Choose another image.'
  if (bare === 'InstanceInitiatedShutdown')
    return 'image: the machine switched itself off. Its console output tells why: aws ec2 get-console-output --instance-id ID.'
  return AGAIN
}
