import { names } from './names.ts'
import type { ClusterNode, ClusterNodes, Role } from './nodes.ts'

/** Machines that are still to be made, by one call. */
export interface PlannedLaunch {
  /** The node's name, or what a group of nodes is called. */
  readonly name: string
  readonly role: Role
  readonly firstIndex: number
  readonly count: number
  /** Zones in the order to try: the one that has the fewest of this role first. */
  readonly zones: readonly string[]
}

export interface LaunchWish {
  readonly cluster: string
  readonly servers: number
  readonly agents: number
  readonly existing: ClusterNodes
  readonly zones: readonly string[]
}

/**
 * Which machines are missing, and where they should stand. Servers go one by one, spread over the zones so that one zone
 * may be lost; agents go in one group a zone, because a thousand of them must not need a thousand calls.
 */
export function launchPlan(wish: LaunchWish): PlannedLaunch[] {
  return [...plannedServers(wish), ...plannedAgents(wish)]
}

function plannedServers({ cluster, servers, existing, zones }: LaunchWish): PlannedLaunch[] {
  const load = loadOf(existing.servers, zones)
  return missing(servers, existing.servers).map((index) => {
    const order = leastLoaded(load, zones)
    add(load, order[0], 1)
    return {
      name: names.node(cluster, 'server', index),
      role: 'server',
      firstIndex: index,
      count: 1,
      zones: order,
    }
  })
}

function plannedAgents({ cluster, agents, existing, zones }: LaunchWish): PlannedLaunch[] {
  const load = loadOf(existing.agents, zones)
  return evenRuns(missing(agents, existing.agents), zones.length).map((run) => {
    const order = leastLoaded(load, zones)
    add(load, order[0], run.length)
    const [firstIndex = 0] = run
    const name = run.length === 1 ? names.node(cluster, 'agent', firstIndex) : `${cluster}-agents`
    return { name, role: 'agent', firstIndex, count: run.length, zones: order }
  })
}

function missing(wanted: number, present: readonly ClusterNode[]): number[] {
  const taken = new Set(present.map((node) => node.index))
  return Array.from({ length: wanted }, (_, at) => at + 1).filter((index) => !taken.has(index))
}

/** Cuts ascending indexes into runs without gaps: as many as `parts`, as even as can be; more where gaps cut them. */
function evenRuns(indexes: readonly number[], parts: number): number[][] {
  const runs: number[][] = []
  for (let left = indexes; left.length; left = left.slice(runs.at(-1)?.length)) {
    const share = Math.ceil(left.length / Math.max(1, parts - runs.length))
    const gap = left.findIndex((index, at) => at > 0 && index !== (left[at - 1] ?? 0) + 1)
    runs.push(left.slice(0, gap < 0 ? share : Math.min(gap, share)))
  }
  return runs
}

const loadOf = (present: readonly ClusterNode[], zones: readonly string[]) =>
  new Map(zones.map((zone) => [zone, present.filter((node) => node.zone === zone).length]))

const leastLoaded = (load: ReadonlyMap<string, number>, zones: readonly string[]) =>
  zones.toSorted((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0))

function add(load: Map<string, number>, zone: string | undefined, count: number) {
  if (zone !== undefined) load.set(zone, (load.get(zone) ?? 0) + count)
}
