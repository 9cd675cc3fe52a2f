import type { PlannedLaunch } from './launch-plan.ts'
import type { ClusterNode, Role } from './nodes.ts'
import type { ClusterSpec } from './spec.ts'

/** `create`: it is not there; `keep`: it is, and stays as it is; `start`: a machine that is off; `extra`: there is more than asked for, and it stays. */
export type Change = 'create' | 'keep' | 'start' | 'extra'

/** One resource of a cluster, and what a run would do about it. */
export interface PlannedResource {
  /** As AWS calls it: `instance`, `load balancer`, `security group`. */
  readonly kind: string
  readonly name: string
  readonly change: Change
  readonly detail: string
}

/** What is asked of the machines of one role. */
interface MachineWish {
  readonly count: number
  readonly instanceType: string
  readonly volumeGib: number
}

export type MachineWishes = Readonly<Record<Role, MachineWish>>

export const machineWishes = (spec: ClusterSpec): MachineWishes => ({
  server: { count: spec.servers, instanceType: spec.serverInstanceType, volumeGib: spec.volumeSize },
  agent: { count: spec.agents, instanceType: spec.agentInstanceType, volumeGib: spec.volumeSize },
})

/** Machines that would be launched together, where they would be tried first, and after that. */
export interface PlannedMachines extends PlannedLaunch {
  readonly instanceType: string
}

/** Something that has one name: it is made unless it is there. */
export const named = (
  kind: string,
  name: string,
  present: readonly string[],
  detail: string,
): PlannedResource => ({ kind, name, change: present.includes(name) ? 'keep' : 'create', detail })

/** The machines that are there: none is ever replaced or taken away for another wish, so what differs is said. */
export function standingMachines(nodes: readonly ClusterNode[], wishes: MachineWishes): PlannedResource[] {
  return nodes.map((node) => {
    const wish = wishes[node.role]
    const differs =
      node.instanceType === wish.instanceType ? '' : `; ${wish.instanceType} is asked for, and it stays`
    return {
      kind: 'instance',
      name: node.name,
      change: changeOf(node, wish),
      detail: `${node.instanceType} in ${node.zone}, ${node.state}${differs}`,
    }
  })
}

function changeOf({ index, state }: ClusterNode, { count }: MachineWish): Change {
  if (index > count) return 'extra'
  return state === 'stopped' || state === 'stopping' ? 'start' : 'keep'
}

/** A line for each launch; its volumes go with it. */
export const newMachines = (launches: readonly PlannedMachines[], wishes: MachineWishes): PlannedResource[] =>
  launches.map((launch) => ({
    kind: launch.count === 1 ? 'instance' : `${launch.count} instances`,
    name: launch.name,
    change: 'create',
    detail: `${launch.instanceType} with ${wishes[launch.role].volumeGib} GiB gp3, encrypted; zones in order: ${launch.zones.join(', ')}`,
  }))

/** How many machines of each role each zone would have, standing and new, when every first choice of zone has room. */
export function spread(
  zones: readonly string[],
  standing: readonly ClusterNode[],
  launches: readonly PlannedMachines[],
): { zone: string; servers: number; agents: number }[] {
  const inZone = (zone: string, role: Role) =>
    standing.filter((node) => node.zone === zone && node.role === role).length +
    launches
      .filter((launch) => launch.zones[0] === zone && launch.role === role)
      .reduce((sum, { count }) => sum + count, 0)
  return zones.map((zone) => ({ zone, servers: inZone(zone, 'server'), agents: inZone(zone, 'agent') }))
}
