import type { ClusterNode } from './nodes.ts'
import { quorumOf } from './quorum.ts'

/** What a server says of itself, and what etcd on it says of the cluster. */
export interface ServerState {
  readonly node: ClusterNode
  /** Its own API answers /readyz, its Node says EtcdIsVoter, and etcd on it has a leader. */
  readonly member: boolean
  /** The etcd members as this server sees them; empty when its etcd doesn't answer. */
  readonly members: readonly EtcdMember[]
}

export interface EtcdMember {
  /** Hexadecimal, as RKE2's logs write it. */
  readonly id: string
  readonly name: string
  /** Address of its peer URL. */
  readonly address: string
  readonly learner: boolean
}

export type JoinPlan =
  | { refuse: string; choose: string }
  | {
      /** The server whose private address the others join through. */
      seed: ClusterNode
      /** Members without a machine: they must go before anything can join. */
      remove: readonly EtcdMember[]
      /** Each wave is started together, when the one before it has joined. */
      waves: readonly (readonly ClusterNode[])[]
    }

/**
 * Decides who joins through whom, and refuses what would leave etcd worse than it is.
 * @param states of the servers that run
 * @param machines private addresses of all servers, those that are stopped too: their members are not removed
 */
export function joinPlan(
  states: readonly ServerState[],
  machines: readonly string[],
  join: 'parallel' | 'serial',
): JoinPlan {
  const seed = states.find((state) => state.member)
  if (!seed)
    return {
      refuse: 'no server is a member of an etcd cluster yet',
      choose: 'run bootstrap-first-server first',
    }
  const remove = seed.members.filter((member) => !machines.includes(member.address))
  const joiners = states.filter((state) => !state.member).map((state) => state.node)
  const refusal = wouldLoseQuorum(states, seed.members)
  if (refusal && joiners.length) return refusal
  const waves = join === 'serial' ? joiners.map((node) => [node]) : joiners.length ? [joiners] : []
  return { seed: seed.node, remove, waves }
}

/** Removing and adding members needs a majority of the present ones; without it etcd hangs instead of refusing. */
function wouldLoseQuorum(
  states: readonly ServerState[],
  members: readonly EtcdMember[],
): JoinPlan | undefined {
  const voters = members.filter((member) => !member.learner)
  const alive = states.filter((state) => state.member).length
  const { needed } = quorumOf(voters.length)
  if (alive >= needed) return undefined
  return {
    refuse: `only ${alive} of ${voters.length} etcd voters are alive and ${needed} are needed: nothing can join`,
    choose: 'bring a stopped server back, or restore from a snapshot with rke2 server --cluster-reset',
  }
}

/** Run Command takes 50 targets at once. */
export const BATCH = 50

export function batches<T>(items: readonly T[], size = BATCH): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
