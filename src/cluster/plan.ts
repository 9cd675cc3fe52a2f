import { ONLY_GROUP } from './agent-groups.ts'
import { type Disk, type ImageDisks, machineDisks } from './disks.ts'
import type { PlannedLaunch, PoolPlan, PoolWish } from './launch-plan.ts'
import { machinePools } from './machine-pools.ts'
import type { ClusterNode, Role } from './nodes.ts'
import type { ClusterSpec } from './spec.ts'

/** `create`: it is not there; `keep`: it is, and stays as it is; `start`: a machine that is off; `extra`: there is more than asked for, and it stays. */
export type Change = 'create' | 'keep' | 'start' | 'extra'

/** What a plan tells of, in the words of its rows. */
export type ResourceKind =
  | 'VPC'
  | 'subnet'
  | 'internet gateway'
  | 'route table'
  | 'VPC endpoint'
  | 'security group'
  | 'network load balancer'
  | 'target group and listener'
  | 'role'
  | 'instance profile'
  | 'parameter'
  | 'instance'

/** One resource of a cluster, and what a run would do about it. */
export interface PlannedResource {
  readonly kind: ResourceKind
  readonly name: string
  /** More than one: machines that are launched together. */
  readonly count: number
  readonly change: Change
  readonly detail: string
}

/** A resource as the plan's readers see it: its `kind` may be `3 instances`. */
export interface ToldResource extends Pick<PlannedResource, 'name' | 'change' | 'detail'> {
  readonly kind: string
}

export const told = ({ kind, name, count, change, detail }: PlannedResource): ToldResource => ({
  kind: count === 1 ? kind : `${count} ${kind}s`,
  ...{ name, change, detail },
})

/** What is asked of machines that are alike. */
export interface MachineWish {
  readonly role: Role
  /** Of agents. */
  readonly group: string | undefined
  readonly count: number
  /** The one asked for first, first. */
  readonly instanceTypes: readonly string[]
  readonly volumeGib: number
}

export const machineWishes = (spec: ClusterSpec): MachineWish[] =>
  machinePools(spec).map(({ role, group, count, instanceTypes }) => ({
    ...{ role, group, count, instanceTypes },
    volumeGib: spec.volumeSize,
  }))

/** Those of the nodes that a wish speaks of, in order of index. */
export const nodesOf = (wish: MachineWish, nodes: readonly ClusterNode[]) =>
  nodes.filter(
    ({ role, group = ONLY_GROUP }) => role === wish.role && (role === 'server' || group === wish.group),
  )

/** Machines that would be launched together, where they would be tried first, and after that. */
export interface PlannedMachines extends PlannedLaunch {
  readonly instanceTypes: readonly string[]
  /** The first one first. */
  readonly zones: readonly string[]
  /** Of each machine. */
  readonly disks: readonly Disk[]
}

/** The launches of all pools, with every type and zone that they would be tried in. */
export const plannedMachines = (
  plans: readonly PoolPlan<PoolWish & { readonly imageFound: ImageDisks }>[],
  rootGib: number,
): PlannedMachines[] =>
  plans.flatMap(({ pool: { ladder, imageFound }, launches }) =>
    launches.map((launch) => ({
      ...launch,
      disks: machineDisks(imageFound, rootGib),
      instanceTypes: [...new Set(ladder.rungs.map(({ instanceType }) => instanceType))],
      zones: [...new Set([launch.first.zone, ...ladder.rungs.map(({ zone }) => zone)])],
    })),
  )

/** Something that has one name: it is made unless it is there. */
export const named = (
  kind: ResourceKind,
  name: string,
  present: readonly string[],
  detail: string,
): PlannedResource => ({
  ...{ kind, name, detail },
  count: 1,
  change: present.includes(name) ? 'keep' : 'create',
})

/** The machines that are there: none is ever replaced or taken away for another wish, so what differs is said. */
export function standingMachines(
  nodes: readonly ClusterNode[],
  wishes: readonly MachineWish[],
): PlannedResource[] {
  return nodes.map((node) => {
    const wish = wishes.find((one) => nodesOf(one, [node]).length)
    const differs =
      !wish || wish.instanceTypes.includes(node.instanceType)
        ? ''
        : `; ${wish.instanceTypes.join(' or ')} is asked for, and it stays`
    return {
      kind: 'instance',
      name: node.name,
      count: 1,
      change: isExtra(node, nodes, wish) ? 'extra' : changeOf(node),
      detail: `${node.instanceType} in ${node.zone}, ${node.state}${differs}`,
    }
  })
}

function isExtra(node: ClusterNode, nodes: readonly ClusterNode[], wish: MachineWish | undefined): boolean {
  if (!wish) return true
  if (node.role === 'server') return node.index > wish.count
  return nodesOf(wish, nodes).indexOf(node) >= wish.count
}

const changeOf = ({ state }: ClusterNode): Change =>
  state === 'stopped' || state === 'stopping' ? 'start' : 'keep'

/** A line for each launch; its volumes go with it. */
export const newMachines = (launches: readonly PlannedMachines[]): PlannedResource[] =>
  launches.map(({ name, count, first, instanceTypes, zones, disks }) => ({
    kind: 'instance',
    ...{ name, count },
    change: 'create',
    detail: `${first.capacityType === 'spot' ? 'spot ' : ''}${instanceTypes.join(', ')} with ${disks.map(({ gib }) => gib).join(' + ')} GiB gp3, encrypted; zones in order: ${zones.join(', ')}`,
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
      .filter((launch) => launch.first.zone === zone && launch.role === role)
      .reduce((sum, { count }) => sum + count, 0)
  return zones.map((zone) => ({ zone, servers: inZone(zone, 'server'), agents: inZone(zone, 'agent') }))
}
