import { type CallFault, type Fault, nameMistake, partsOf } from './fault.ts'
import { mixedFault } from './fault-mix.ts'
import { randomOf } from './random.ts'

/** A fault that struck. */
export interface Strike {
  name: string
  /** Of the fault, or of the mix that it came from. */
  seed: number | undefined
  /** Which call of its operation it was, from 1; undefined for what strikes no call. */
  call: number | undefined
}

/** `fault throttle:RunInstances struck its call 3 (seed 7)` */
export function strikeInWords({ name, seed, call }: Strike): string {
  const which = call === undefined ? '' : ` its call ${call}`
  return `fault ${name} struck${which}${seed === undefined ? '' : ` (seed ${seed})`}`
}

export interface Faults {
  /** @throws RangeError for a name that isn't a fault or a count below 1 */
  inject(fault: Fault): void
  /** From now on faults chosen by the seed strike the calls of who is no machine. */
  mix(seed: number): void
  /** Takes back all that has not struck yet, the mix too. */
  clear(): void
  /** Uses the fault up once, when there is one of that name. */
  strikes(name: string): boolean
  /** The fault that strikes the next call of an operation, out of those that can. A machine's calls are struck by name only. */
  strikesCall(
    operation: string,
    can: { possible: readonly CallFault[]; byMachine: boolean },
  ): CallFault | undefined
  /** Whether a fault of that kind may still strike. */
  awaits(kind: CallFault): boolean
  pending(): Fault[]
}

/** @param onStrike told of each fault that strikes */
export function createFaults(onStrike: (strike: Strike) => void = () => {}): Faults {
  let left: (Fault & { next: () => number })[] = []
  let mixSeed: number | undefined
  const calls = new Map<string, number>()
  const use = (name: string, call?: number): boolean => {
    const fault = left.find((one) => one.name === name && (one.seed === undefined || one.next() < 0.5))
    if (!fault) return false
    fault.count -= 1
    if (fault.count === 0) left = left.filter((one) => one !== fault)
    onStrike({ name, seed: fault.seed, call })
    return true
  }
  return {
    inject({ name, count, seed }) {
      refuse(name, count)
      const same = left.find((one) => one.name === name && one.seed === seed)
      if (same) same.count += count
      else left.push({ name, count, seed, next: randomOf(`${seed} fault ${name}`) })
    },
    mix(seed) {
      mixSeed = seed
    },
    clear() {
      left = []
      mixSeed = undefined
    },
    strikes: (name) => use(name),
    strikesCall(operation, { possible, byMachine }) {
      const nth = calls.get(operation) ?? 0
      if (!byMachine) calls.set(operation, nth + 1)
      const named = possible.find((kind) => use(`${kind}:${operation}`, nth + 1))
      if (named || byMachine || mixSeed === undefined) return named
      const mixed = mixedFault(mixSeed, { operation, nth }, possible)
      if (mixed) onStrike({ name: `${mixed}:${operation}`, seed: mixSeed, call: nth + 1 })
      return mixed
    },
    awaits: (kind) => mixSeed !== undefined || left.some(({ name }) => partsOf(name).kind === kind),
    pending: () =>
      left.map(({ name, count, seed }) => (seed === undefined ? { name, count } : { name, count, seed })),
  }
}

function refuse(name: string, count: number): void {
  const mistake = nameMistake(name)
  if (mistake !== undefined) throw new RangeError(mistake)
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`count is ${count}; it must be 1 or more`)
}
