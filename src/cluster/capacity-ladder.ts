import type { Role } from './nodes.ts'

/** What a machine is bought as; EC2's words. Spot machines are cheaper, and AWS may take them back at two minutes' notice. */
export type CapacityType = 'on-demand' | 'spot'

/** One way to launch a machine. */
export interface Rung {
  readonly instanceType: string
  readonly zone: string
  readonly capacityType: CapacityType
  /** How far from the wish: 0 is the type asked for first, bought as asked for. Rungs that differ in the zone only share it. */
  readonly rank: number
}

/** Every way to launch a pool's machines. */
export interface Ladder {
  readonly role: Role
  readonly rungs: readonly Rung[]
}

/**
 * Types × zones for on-demand, types × zones × spot → on-demand for spot.
 * @param offered the zones that have the type
 */
export function capacityLadder(wish: {
  role: Role
  instanceTypes: readonly string[]
  capacityType: CapacityType
  zones: readonly string[]
  offered: (instanceType: string) => readonly string[]
}): Ladder {
  const markets: CapacityType[] = wish.capacityType === 'spot' ? ['spot', 'on-demand'] : ['on-demand']
  const ranked = markets.flatMap((capacityType) =>
    wish.instanceTypes.map((instanceType) => ({ instanceType, capacityType })),
  )
  const rungs = ranked.flatMap(({ instanceType, capacityType }, rank) =>
    wish.zones
      .filter((zone) => offeredIn(wish.offered(instanceType), zone))
      .map((zone) => ({ instanceType, zone, capacityType, rank })),
  )
  return { role: wish.role, rungs }
}

const offeredIn = (zones: readonly string[], zone: string) => zones.includes(zone)

/** How many machines of a pool stand in a zone, or are on their way there. */
export type Load = Map<string, number>

export function addLoad(load: Load, zone: string, count: number): void {
  load.set(zone, (load.get(zone) ?? 0) + count)
}

/**
 * The rungs, the best first. A server would rather be of another type than share a zone with more servers, since that
 * may cost the cluster the tolerance of that zone's loss. An agent keeps its type, and goes where the fewest are.
 */
export function inOrder({ role, rungs }: Ladder, load: Load): Rung[] {
  const loadOf = (rung: Rung) => load.get(rung.zone) ?? 0
  return rungs.toSorted((a, b) => {
    const [byRank, byLoad] = [a.rank - b.rank, loadOf(a) - loadOf(b)]
    return role === 'server' ? byLoad || byRank : byRank || byLoad
  })
}

/** What a refusal for want of room rules out: a full subnet closes its whole zone, a type that a zone lacks closes both markets. */
export function isClosed(rung: Rung, refused: Rung, code: string): boolean {
  if (rung.zone !== refused.zone) return false
  if (code === 'InsufficientFreeAddressesInSubnet') return true
  if (rung.instanceType !== refused.instanceType) return false
  return code === 'Unsupported' || rung.capacityType === refused.capacityType
}

/** `spot m6i.large in eu-west-1a` */
export const describeRung = ({ instanceType, zone, capacityType }: Rung): string =>
  `${capacityType === 'spot' ? 'spot ' : ''}${instanceType} in ${zone}`
