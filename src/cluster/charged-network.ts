import type { ClusterNode } from './nodes.ts'

/** Where a cluster stands, as far as AWS charges for it. */
export interface ChargedPlace {
  /** Of its subnets, one in each. */
  readonly zones: number
  /** Those whose subnet gives machines public addresses. */
  readonly publicZones: readonly string[] | 'all'
}

/**
 * Public addresses of a cluster's machines and its balancer, which has one a zone when it faces the internet. Machines that are
 * still to be made count with one where any zone gives them: where they will stand only a launch tells.
 */
export function publicAddresses(
  { zones, publicZones }: ChargedPlace,
  wish: { standing: readonly ClusterNode[]; machines: number; internetFacing: boolean },
): number {
  const standing = wish.standing.filter(({ zone }) => publicZones === 'all' || publicZones.includes(zone))
  const missing = publicZones.length ? wish.machines - wish.standing.length : 0
  return standing.length + missing + (wish.internetFacing ? zones : 0)
}

/** Interfaces of the cluster's own endpoints: of those that stand, and of those that a run makes, one in each subnet. */
export function endpointInterfaces(
  standing: readonly { readonly service: string; readonly interfaces: number }[],
  planned: { readonly services: readonly string[]; readonly subnetIds: readonly string[] },
): number {
  const missing = planned.services.filter((name) => !standing.some(({ service }) => service === name))
  return (
    standing.reduce((sum, { interfaces }) => sum + interfaces, 0) + missing.length * planned.subnetIds.length
  )
}
