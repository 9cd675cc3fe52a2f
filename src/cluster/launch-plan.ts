import { ONLY_GROUP } from './agent-groups.ts'
import { addLoad, inOrder, type Ladder, type Load, type Rung } from './capacity-ladder.ts'
import { names } from './names.ts'
import type { ClusterNode, ClusterNodes, Role } from './nodes.ts'

/** Machines that are still to be made, by one call. */
export interface PlannedLaunch {
  /** The node's name, or what a group of nodes is called. */
  readonly name: string
  readonly role: Role
  /** Of agents. */
  readonly group: string | undefined
  readonly firstIndex: number
  readonly count: number
  /** Where to try first. */
  readonly first: Rung
}

/** How many machines of one pool there should be, and every way to launch them. */
export interface PoolWish {
  readonly group: string | undefined
  readonly count: number
  readonly ladder: Ladder
}

/** The launches of one pool, and how they load the zones together with the machines that stand. */
export interface PoolPlan<Pool extends PoolWish = PoolWish> {
  readonly pool: Pool
  readonly load: Load
  readonly launches: readonly PlannedLaunch[]
}

/**
 * Which machines are missing, and where they should stand. Servers go one by one, spread over the zones so that one zone
 * may be lost; agents go in one launch a zone, because a thousand of them must not need a thousand calls.
 */
export function launchPlan<Pool extends PoolWish>(
  cluster: string,
  pools: readonly Pool[],
  existing: ClusterNodes,
): PoolPlan<Pool>[] {
  const taken = new Set(existing.agents.map(({ index }) => index))
  return pools.map((pool) => {
    const present = machinesOf(pool, existing)
    const load = loadOf(present)
    const indexes =
      pool.ladder.role === 'server' ? missingServers(pool, present) : free(taken, pool.count - present.length)
    const runs =
      pool.ladder.role === 'server'
        ? indexes.map((index) => [index])
        : evenRuns(indexes, breadth(pool.ladder))
    return { pool, load, launches: runs.flatMap((run) => planned(cluster, pool, load, run)) }
  })
}

const machinesOf = ({ group, ladder }: PoolWish, { servers, agents }: ClusterNodes) =>
  ladder.role === 'server' ? servers : agents.filter((agent) => (agent.group ?? ONLY_GROUP) === group)

function planned(cluster: string, pool: PoolWish, load: Load, run: readonly number[]): PlannedLaunch[] {
  const { group, ladder } = pool
  const [first] = inOrder(ladder, load)
  const [firstIndex = 0] = run
  if (!first) return []
  addLoad(load, first.zone, run.length)
  const { role } = ladder
  const name = run.length === 1 ? names.node(cluster, role, firstIndex) : `${cluster}-${group}`
  return [{ name, role, group, firstIndex, count: run.length, first }]
}

const missingServers = ({ count }: PoolWish, present: readonly ClusterNode[]): number[] =>
  upTo(count).filter((index) => !present.some((node) => node.index === index))

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

/** The lowest indexes that no agent has, which are taken from now on: all groups of agents count together. */
function free(taken: Set<number>, count: number): number[] {
  const found = upTo(taken.size + Math.max(0, count))
    .filter((index) => !taken.has(index))
    .slice(0, Math.max(0, count))
  for (const index of found) taken.add(index)
  return found
}

/** In how many zones the type that is asked for first is offered. */
const breadth = ({ rungs }: Ladder) => rungs.filter(({ rank }) => rank === rungs[0]?.rank).length

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

function loadOf(present: readonly ClusterNode[]): Load {
  const load: Load = new Map()
  for (const { zone } of present) addLoad(load, zone, 1)
  return load
}
