import type { AwsFault, Call } from '../wire/service.ts'
import type { CallFault } from '../world/fault.ts'
import type { World } from '../world/world.ts'
import type { Consistency } from './consistency/consistency.ts'

/** The fault that strikes a call, with what it needs. */
export type Struck =
  | { kind: Exclude<CallFault, 'not-found' | 'stale'> | 'nothing' }
  | { kind: 'not-found'; unknown: AwsFault }
  | { kind: 'stale'; earlier: World }

const isRead = (operation: string) => /^(Describe|Get|List)/.test(operation)

/** Which fault strikes this call: only those that can, so that none is used up in vain. */
export function faultOf(
  world: World,
  { unknownIn, earlier: earlierOf }: Consistency,
  call: Call,
  input: Readonly<Record<string, unknown>>,
): Struck {
  const unknown = unknownIn(call, input)
  const earlier = isRead(call.operation) ? earlierOf(call) : undefined
  const possible: CallFault[] = [
    'throttle',
    'error-before',
    ...(unknown ? (['not-found'] as const) : []),
    ...(earlier ? (['stale'] as const) : []),
    'error-after',
    'lose-answer',
  ]
  const kind = world.faults.strikesCall(call.operation, { possible, byMachine: isByMachine(world, call) })
  if (kind === 'not-found' && unknown) return { kind, unknown }
  if (kind === 'stale' && earlier) return { kind, earlier }
  if (kind === 'not-found' || kind === 'stale' || kind === undefined) return { kind: 'nothing' }
  return { kind }
}

/** Agents and what runs on machines; who signs with no key of the account's is one that registers. */
const isByMachine = ({ keys }: World, { service, accessKeyId }: Call) =>
  service === 'ec2messages' || accessKeyId === undefined || keys.has(accessKeyId)
