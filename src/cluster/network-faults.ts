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

/**
 * Free addresses without which ELB makes no load balancer in a subnet, though it takes one of them:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
 */
const BALANCER_ROOM = 8

export interface NetworkWish {
  readonly servers: number
  readonly minZones: number
  /** Machines that are to be launched. */
  readonly newMachines: number
  /** Whether a load balancer is to be made. */
  readonly newBalancer: boolean
}

/** Everything that keeps a cluster out of these subnets, one line a fault with the input that mends it. */
export function networkFaults(wish: NetworkWish, chosen: readonly Subnet[]): string[] {
  const roomFaults = wish.newBalancer ? balancerFaults(wish, chosen) : machineFaults(wish, chosen)
  return [...zoneFaults(wish, chosen), ...roomFaults]
}

function zoneFaults({ servers, minZones }: NetworkWish, chosen: readonly Subnet[]): string[] {
  const zones = chosen.map(({ zone }) => zone)
  const needed = servers > 1 ? minZones : 1
  if (zones.length >= needed) return []
  return [
    `subnet-ids: ${servers} servers need ${needed} zones to survive the loss of one, and there are subnets in ${zones.join(', ')} only: add subnets of other zones, or set min-zones to ${zones.length} and do without`,
  ]
}

/** Machines and balancer are made at the same time: whichever comes last must still find its room. */
function balancerFaults({ newMachines }: NetworkWish, chosen: readonly Subnet[]): string[] {
  const machines = Math.max(0, Math.ceil(newMachines / chosen.length))
  const needed = BALANCER_ROOM + machines
  return chosen
    .filter(({ freeAddresses }) => freeAddresses < needed)
    .map(
      (subnet) =>
        `${inputOf(subnet)}: ${nameOf(subnet)} needs ${needed} free addresses, ${BALANCER_ROOM} for a new load balancer and ${machines} for machines, and has ${subnet.freeAddresses}: ${remedyOf(subnet)}`,
    )
}

function machineFaults({ newMachines }: NetworkWish, chosen: readonly Subnet[]): string[] {
  const free = chosen.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0)
  const [first] = chosen
  if (!first || free >= newMachines) return []
  return [
    `${inputOf(first)}: ${newMachines} addresses are needed, and ${chosen.map(nameOf).join(', ')} have ${free} free: ${remedyOf(first)}`,
  ]
}

// One that is still to be made has no id.
const inputOf = ({ id }: Subnet) => (id ? 'subnet-ids' : 'vpc-cidr')

const nameOf = ({ id, zone, cidr }: Subnet) => id || `${cidr} in ${zone}`

const remedyOf = ({ id }: Subnet) =>
  id ? 'name larger subnets, or take away what fills them' : 'choose a larger range'
