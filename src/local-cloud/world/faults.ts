/** What can be made to go wrong, each with what its argument names. */
const KINDS = {
  throttle: 'an operation: it is refused, nothing is done',
  'error-after': 'an operation: the work is done, then the answer is an internal error',
  'lose-answer': 'an operation: the work is done, then the connection ends without an answer',
  capacity: 'zone/type: RunInstances finds no on-demand capacity there',
  'spot-capacity': 'zone/type: RunInstances finds no spot capacity there',
  room: 'zone/type: the next RunInstances there finds capacity for so many instances only',
  'vcpu-quota': 'nothing: the next RunInstances would pass the account’s vCPU quota',
  'slow-registration': 'nothing: the next instance launched registers with Systems Manager six minutes late',
  'rotate-node-key': 'nothing: the next hybrid node that asks for its role is told to change its key',
  'never-registers': 'nothing: the next instance launched is impaired and never registers',
} as const

type Kind = keyof typeof KINDS

interface Fault {
  /** `throttle:RunInstances`, `capacity:eu-west-1a/t3.large`, `never-registers`. */
  name: string
  /** How often it still strikes. */
  count: number
}

export interface Faults {
  /** @throws RangeError for a name that isn't a fault or a count below 1 */
  inject(fault: Fault): void
  /** Uses the fault up once, when there is one of that name. */
  strikes(name: string): boolean
  pending(): Fault[]
}

export function createFaults(): Faults {
  const left = new Map<string, number>()
  return {
    inject({ name, count }) {
      refuseUnknown(name, count)
      left.set(name, (left.get(name) ?? 0) + count)
    },
    strikes(name) {
      const count = left.get(name)
      if (count === undefined) return false
      if (count > 1) left.set(name, count - 1)
      else left.delete(name)
      return true
    },
    pending: () => [...left].map(([name, count]) => ({ name, count })),
  }
}

function refuseUnknown(name: string, count: number): void {
  const [kind = '', argument = ''] = name.split(/:(.*)/)
  if (!Object.hasOwn(KINDS, kind))
    throw new RangeError(`no fault is called ${kind}; there are ${Object.keys(KINDS).join(', ')}`)
  const takesNothing = KINDS[kind as Kind].startsWith('nothing')
  if (takesNothing !== (argument === '')) throw new RangeError(`${kind} takes ${KINDS[kind as Kind]}`)
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`count is ${count}; it must be 1 or more`)
}
