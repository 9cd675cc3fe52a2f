import { type AgentGroup, agentGroups } from './agent-groups.ts'
import type { CapacityType } from './capacity-ladder.ts'
import type { Architecture } from './image.ts'
import type { Role } from './nodes.ts'
import type { ClusterSpec } from './spec.ts'

/** Machines that are alike: the servers, or one group of agents. */
export interface MachinePool {
  readonly role: Role
  /** Name of the group of agents; undefined for the servers. */
  readonly group: string | undefined
  /** The input that says its types, for faults. */
  readonly input: string
  readonly count: number
  readonly instanceTypes: readonly string[]
  readonly architecture: Architecture | undefined
  readonly capacityType: CapacityType
  readonly image: string
}

/** The servers first. Servers are never spot machines: two of three taken back at once end the quorum. */
export function machinePools(spec: ClusterSpec): MachinePool[] {
  const servers: MachinePool = {
    role: 'server',
    group: undefined,
    input: 'server-instance-type',
    count: spec.servers,
    instanceTypes: spec.serverInstanceType,
    architecture: undefined,
    capacityType: 'on-demand',
    image: spec.image,
  }
  const inputOf = ({ name }: AgentGroup) =>
    spec.nodeGroups.length ? `node-groups: ${name}` : 'agent-instance-type'
  const groups = agentGroups(spec).map(
    (group): MachinePool => ({ ...group, role: 'agent', group: group.name, input: inputOf(group) }),
  )
  return [servers, ...groups.filter(({ count }) => count > 0)]
}

/** What is known of an instance type in a region. */
export interface TypeFacts {
  /** Undefined for what neither RKE2 nor this action runs on. */
  readonly architecture: Architecture | undefined
  readonly spot: boolean
  /** Zones that offer it. */
  readonly zones: readonly string[]
}

/** Everything that keeps a pool from its types: existence, architectures, zones, spot. */
export function poolFaults(
  pool: MachinePool,
  typeOf: (name: string) => TypeFacts | undefined,
  place: { region: string; zones: readonly string[] },
): string[] {
  const faults = pool.instanceTypes.flatMap((name) => {
    const fault = typeFault(name, typeOf(name), pool, place)
    return fault ? [fault] : []
  })
  const known = pool.instanceTypes.map((name) => `${name} is ${typeOf(name)?.architecture}`)
  const architectures = new Set(pool.instanceTypes.map((name) => typeOf(name)?.architecture))
  if (!faults.length && architectures.size > 1)
    faults.push(
      `${known.join(', ')}: one list has types of one architecture; put the others in a group of their own`,
    )
  return faults.map((fault) => `${pool.input}: ${fault}`)
}

function typeFault(
  name: string,
  type: TypeFacts | undefined,
  { architecture, capacityType }: MachinePool,
  { region, zones }: { region: string; zones: readonly string[] },
): string | undefined {
  if (!type) return `instance type ${name} does not exist in ${region}`
  if (!type.architecture) return `${name} is neither x86_64 nor arm64`
  if (architecture && type.architecture !== architecture)
    return `${name} is ${type.architecture}, and architecture says ${architecture}`
  if (capacityType === 'spot' && !type.spot) return `${name} can't be had as a spot machine`
  if (!zones.some((zone) => type.zones.includes(zone)))
    return `${name} is offered in ${type.zones.join(', ') || 'no zone'}, and the subnets are in ${zones.join(', ')}`
  return undefined
}
