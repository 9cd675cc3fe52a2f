import { blocksOf, overlap } from './cidr.ts'

/** A subnet of the VPC that is made for a cluster. */
export interface PlannedSubnet {
  readonly zone: string
  readonly cidr: string
}

// One zone may be lost when the servers stand in three.
const FEWEST_ZONES = 3

/** In how many zones the VPC that is made for a cluster has subnets. */
export const zonesToMake = (minZones: number): number => Math.max(minZones, FEWEST_ZONES)

// As in a default VPC: a /20 of a /16.
const BLOCK_BITS = 4

/**
 * The zones to build in, as many as asked for: those first that offer a type of every pool, each in order of name, so that
 * every run chooses alike. Zones that have a subnet already stay chosen.
 */
export function chooseZones(
  zones: readonly string[],
  wish: {
    count: number
    standing: readonly string[]
    pools: readonly { instanceTypes: readonly string[] }[]
    offered: (instanceType: string) => readonly string[]
  },
): string[] {
  const serves = (zone: string) =>
    wish.pools.every(({ instanceTypes }) => instanceTypes.some((type) => wish.offered(type).includes(zone)))
  const byName = zones.toSorted(inOrderOfName)
  const inOrder = [...wish.standing, ...byName.filter(serves), ...byName.filter((zone) => !serves(zone))]
  const chosen = [...new Set(inOrder)].slice(0, Math.max(wish.count, wish.standing.length))
  return chosen.toSorted(inOrderOfName)
}

const inOrderOfName = (a: string, b: string) => a.localeCompare(b)

/** The subnets that are missing, each in the first block of the VPC that no other takes. */
export function missingSubnets(
  vpcCidr: string,
  zones: readonly string[],
  standing: readonly PlannedSubnet[],
): PlannedSubnet[] {
  const free = blocksOf(vpcCidr, BLOCK_BITS).filter(
    (block) => !standing.some(({ cidr }) => overlap(cidr, block)),
  )
  return zones
    .filter((zone) => !standing.some((subnet) => subnet.zone === zone))
    .flatMap((zone, at) => {
      const cidr = free[at]
      return cidr ? [{ zone, cidr }] : []
    })
}
