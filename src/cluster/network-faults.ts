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

/** Everything that keeps a cluster out of these subnets, one line a fault with the input that mends it. */
export function networkFaults(
  wish: { vpcId: string; servers: number; minZones: number; newAddresses: number },
  chosen: readonly Subnet[],
): string[] {
  const { vpcId, servers, minZones, newAddresses } = wish
  const strangers = chosen.filter((subnet) => subnet.vpcId !== vpcId)
  const zones = chosen.map(({ zone }) => zone)
  const needed = servers > 1 ? minZones : 1
  const free = chosen.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0)
  return [
    ...strangers.map(
      (subnet) => `subnet-ids: ${subnet.id} is in ${subnet.vpcId}, not in ${vpcId}: name subnets of one VPC`,
    ),
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
