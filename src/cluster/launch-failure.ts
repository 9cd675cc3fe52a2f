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
