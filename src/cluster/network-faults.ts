/** A subnet as EC2 describes it. */
export interface Subnet {
  readonly id: string
  readonly vpcId: string
  readonly zone: string
  readonly cidr: string
  /** Whether machines get a public address. */
  readonly publicAddresses: boolean
  readonly freeAddresses: number
}

/** What is wrong with subnets that the user named: each is to be in the VPC, and the only one of its zone. */
export function namedSubnetFaults(vpcId: string, named: readonly Subnet[]): string[] {
  const own = named.filter((subnet) => subnet.vpcId === vpcId)
  const shared = [...new Set(own.map(({ zone }) => zone))]
    .map((zone) => ({ zone, ids: own.filter((subnet) => subnet.zone === zone).map(({ id }) => id) }))
    .filter(({ ids }) => ids.length > 1)
  return [
    ...named
      .filter((subnet) => subnet.vpcId !== vpcId)
      .map(
        ({ id, vpcId: its }) => `subnet-ids: ${id} is in ${its}, not in ${vpcId}: name subnets of one VPC`,
      ),
    ...shared.map(
      ({ zone, ids }) =>
        `subnet-ids: ${ids.join(', ')} are all in ${zone}, and a load balancer takes one subnet of a zone: name one of them`,
    ),
  ]
}

/** Everything that keeps a cluster out of these subnets, one line a fault with the input that mends it. */
export function networkFaults(
  wish: { servers: number; minZones: number; newAddresses: number },
  chosen: readonly Subnet[],
): string[] {
  const { servers, minZones, newAddresses } = wish
  const zones = chosen.map(({ zone }) => zone)
  const needed = servers > 1 ? minZones : 1
  const free = chosen.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0)
  return [
    ...(zones.length < needed
      ? [
          `subnet-ids: ${servers} servers need ${needed} zones to survive the loss of one, and there are subnets in ${zones.join(', ')} only: add subnets of other zones, or set min-zones to ${zones.length} and do without`,
        ]
      : []),
    ...(free < newAddresses
      ? [
          `subnet-ids: ${newAddresses} addresses are needed, and ${chosen.map(({ id }) => id).join(', ')} have ${free} free: name larger subnets, or take away what fills them`,
        ]
      : []),
  ]
}
