import { LAUNCH_DEATHS } from './instance.ts'

/** What strikes a call of an operation, in the order in which a call meets them. */
const CALL_FAULTS = ['throttle', 'error-before', 'not-found', 'stale', 'error-after', 'lose-answer'] as const
export type CallFault = (typeof CALL_FAULTS)[number]

/** What can be made to go wrong, each with what its argument names. */
const KINDS = {
  throttle: 'an operation: it is refused, nothing is done',
  'error-before': 'an operation: the answer is an internal error, nothing is done',
  'not-found': 'an operation: what it names, made within the last minute, is not known yet',
  stale: 'an operation that reads: it shows what was there before the latest change of the last minute',
  'error-after': 'an operation: the work is done, then the answer is an internal error',
  'lose-answer': 'an operation: the work is done, then the connection ends without an answer',
  capacity: 'zone/type: RunInstances finds no on-demand capacity there',
  'spot-capacity': 'zone/type: RunInstances finds no spot capacity there',
  room: 'zone/type: the next RunInstances there finds capacity for so many instances only',
  'vcpu-quota': 'nothing: the next RunInstances would pass the account’s vCPU quota',
  'unknown-profile': 'nothing: the next RunInstances with an instance profile finds it not usable yet',
  'slow-registration': 'nothing: the next instance launched registers with Systems Manager six minutes late',
  'rotate-node-key': 'nothing: the next hybrid node that asks for its role is told to change its key',
  'never-registers': 'nothing: the next instance launched is impaired and never registers',
  'dies-at-launch': `a state reason (${Object.keys(LAUNCH_DEATHS).join(', ')}): the next instance launched is terminated with it before it runs`,
} as const

export interface Fault {
  /** `throttle:RunInstances`, `capacity:eu-west-1a/t3.large`, `never-registers`. */
  name: string
  /** How often it still strikes. */
  count: number
  /** With it, every other chance on average is taken, the same ones in each run; without it, each. */
  seed?: number | undefined
}

/** The two parts of a fault's name. */
export function partsOf(name: string): { kind: string; argument: string } {
  const [kind = '', argument = ''] = name.split(/:(.*)/)
  return { kind, argument }
}

export const isCallFault = (kind: string): kind is CallFault =>
  (CALL_FAULTS as readonly string[]).includes(kind)

/** What is wrong with a fault's name, in words; undefined when nothing is. Operations are not looked up. */
export function nameMistake(name: string): string | undefined {
  const { kind, argument } = partsOf(name)
  if (!Object.hasOwn(KINDS, kind))
    return `no fault is called ${kind}; there are ${Object.keys(KINDS).join(', ')}`
  const takes = KINDS[kind as keyof typeof KINDS]
  if (takes.startsWith('nothing') !== (argument === '')) return `${kind} takes ${takes}`
  if (takes.startsWith('zone/type') && !/^[^/]+\/[^/]+$/.test(argument)) return `${kind} takes ${takes}`
  if (takes.startsWith('a state reason') && !Object.hasOwn(LAUNCH_DEATHS, argument))
    return `${kind} takes ${takes}`
  return undefined
}
