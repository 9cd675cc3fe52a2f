export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'

/** EC2's numeric state codes. */
export const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

export interface StateReason {
  code: string
  message: string
  /** What a request brought about says when: `User initiated (2026-11-29 01:02:03 GMT)`. */
  transition: string
}

export interface Instance {
  id: string
  reservationId: string
  launchIndex: number
  imageId: string
  type: string
  architecture: 'x86_64' | 'arm64'
  /** A spot machine's request; undefined for on-demand. */
  spotRequestId: string | undefined
  zone: string
  subnetId: string
  privateIp: string
  /** A record only: nothing answers there. */
  publicIp: string | undefined
  interfaceId: string
  rootDevice: string
  /** Base64, as it was given. */
  userData: string | undefined
  profileName: string | undefined
  clientToken: string | undefined
  state: InstanceState
  reason: StateReason | undefined
  /** Milliseconds since the epoch. */
  launchedAt: number
  shutdownBehavior: 'stop' | 'terminate'
  terminationProtected: boolean
  sourceDestCheck: boolean
  httpTokens: 'required' | 'optional'
  hopLimit: number
  metadataTags: boolean
  /** Status checks fail and the agent never registers. */
  impaired: boolean
  /** Before this moment (milliseconds since the epoch) Systems Manager doesn't list the node. */
  registersAfter: number
}

export type Request = 'stop' | 'start' | 'terminate'

const NEXT: Readonly<Record<Request, Partial<Record<InstanceState, InstanceState>>>> = {
  start: { stopped: 'pending', running: 'running', pending: 'pending' },
  stop: { running: 'stopping', stopping: 'stopping', stopped: 'stopped' },
  terminate: {
    pending: 'shutting-down',
    running: 'shutting-down',
    stopping: 'shutting-down',
    stopped: 'shutting-down',
    'shutting-down': 'shutting-down',
    terminated: 'terminated',
  },
}

/** Where a request leads from a state, or undefined when EC2 refuses it with IncorrectInstanceState. */
export function nextState(state: InstanceState, request: Request): InstanceState | undefined {
  return NEXT[request][state]
}

const USER_REASONS = {
  stop: 'Client.UserInitiatedShutdown',
  terminate: 'Client.UserInitiatedShutdown',
  guest: 'Client.InstanceInitiatedShutdown',
  failed: 'Server.InternalError',
} as const

/** Reasons of an instance that EC2 took on and then could not start, in the words of its API reference. */
export const LAUNCH_DEATHS = {
  'Client.InternalError': 'Client error on launch',
  'Client.InvalidSnapshot.NotFound': 'The specified snapshot was not found',
  'Client.VolumeLimitExceeded': 'Volume limit exceeded',
  'Server.InsufficientInstanceCapacity': 'Insufficient capacity to satisfy instance request',
  'Server.InternalError': 'Internal error on launch',
  'Server.SpotInstanceTermination': 'Spot instance termination',
} as const
export type LaunchDeath = keyof typeof LAUNCH_DEATHS

export const isLaunchDeath = (cause: string): cause is LaunchDeath => Object.hasOwn(LAUNCH_DEATHS, cause)

/** The reason that DescribeInstances shows: `Client.UserInitiatedShutdown: User initiated shutdown`. `now` is in milliseconds since the epoch. */
export function reasonOf(cause: keyof typeof USER_REASONS | LaunchDeath, now: number): StateReason {
  if (isLaunchDeath(cause))
    return { code: cause, message: `${cause}: ${LAUNCH_DEATHS[cause]}`, transition: LAUNCH_DEATHS[cause] }
  const code = USER_REASONS[cause]
  const texts = {
    stop: 'User initiated shutdown',
    terminate: 'User initiated shutdown',
    guest: 'Instance initiated shutdown',
    failed: 'Internal error on launch',
  }
  const byUser = cause === 'stop' || cause === 'terminate'
  const time = new Date(now).toISOString().slice(0, 19).replace('T', ' ')
  return {
    code,
    message: `${code}: ${texts[cause]}`,
    transition: byUser ? `User initiated (${time} GMT)` : texts[cause],
  }
}

/** Is there still a machine, or will there be one again? */
export const isAlive = ({ state }: Instance) => state !== 'terminated' && state !== 'shutting-down'
