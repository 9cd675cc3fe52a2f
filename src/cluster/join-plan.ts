import type { ClusterNode } from './nodes.ts'
import { quorumOf } from './quorum.ts'

/** A server whose machine runs: what it says of itself, and what etcd on it says of the cluster. */
export interface ServerState {
  readonly node: ClusterNode
  /** Its own API answers /readyz, its Node says EtcdIsVoter, and etcd on it has a leader: so there is a quorum. */
  readonly member: boolean
  /** Its unit was stopped. RKE2 serves 9345 itself; its etcd and its API are static pods, which outlive it. */
  readonly down: boolean
  /** The etcd members as this server sees them; empty when its etcd doesn't answer. */
  readonly members: readonly EtcdMember[]
}

/** A server whose machine runs, as far as it matters to who begins the cluster. */
export interface FirstServerState {
  readonly node: ClusterNode
  readonly voter: boolean
  readonly unit: 'up' | 'starting' | 'down'
  /** etcd's data is on its disk. */
  readonly data: boolean
  readonly members: readonly EtcdMember[]
}

export type FirstServerPlan =
  | { refuse: string; choose: string }
  /** There is a cluster. */
  | { member: ClusterNode }
  /** These hold the data of a cluster that is not up: it comes back, and none is begun. */
  | { resume: readonly ClusterNode[] }
  | { start: ClusterNode }

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
      /** Members whose unit was stopped: they are started first, as they are. */
      start: readonly ClusterNode[]
      /** Members without a machine: they must go before anything can join. */
      remove: readonly EtcdMember[]
      /** Each wave is started together, when the one before it has joined. */
      waves: readonly (readonly ClusterNode[])[]
    }

/**
 * Decides who joins through whom, and refuses what would leave etcd worse than it is.
 * @param states of the servers whose machines run
 * @param stopped servers whose machines do not run
 */
export function joinPlan(
  states: readonly ServerState[],
  stopped: readonly ClusterNode[],
  join: 'parallel' | 'serial',
): JoinPlan {
  const living = states.filter((state) => state.member)
  const seed = living.find((state) => !state.down) ?? living[0]
  if (!seed) return refusalWithoutSeed(states)
  const isVoter = ({ privateIp }: ClusterNode) =>
    seed.members.some((member) => member.address === privateIp && !member.learner)
  const missing = states.filter((state) => !state.member).map((state) => state.node)
  const [returning, joining] = [missing.filter(isVoter), missing.filter((node) => !isVoter(node))]
  const dead = stopped.filter(isVoter)
  if (joining.length && dead.length) return refusalWithDeadVoters(dead, joining)
  const machines = [...states.map((state) => state.node), ...stopped].map((node) => node.privateIp)
  return {
    seed: seed.node,
    start: living.filter((state) => state.down).map((state) => state.node),
    remove: seed.members.filter((member) => !machines.includes(member.address)),
    // Voters come back before anybody new is admitted: until then etcd calls itself unhealthy and refuses.
    waves: [...(returning.length ? [returning] : []), ...wavesOf(joining, join)],
  }
}

function wavesOf(joining: readonly ClusterNode[], join: 'parallel' | 'serial'): ClusterNode[][] {
  if (!joining.length) return []
  return join === 'serial' ? joining.map((node) => [node]) : [[...joining]]
}

function refusalWithoutSeed(states: readonly ServerState[]): JoinPlan {
  const members = Math.max(0, ...states.map((state) => state.members.length))
  if (members < 2)
    return {
      refuse: 'no server is a member of an etcd cluster yet',
      choose: 'Run bootstrap-first-server first.',
    }
  const { needed } = quorumOf(members)
  return {
    refuse: `etcd has ${members} members, and fewer than the ${needed} that it needs are alive: nothing can join`,
    choose: 'Start the stopped servers, or restore from a snapshot with rke2 server --cluster-reset.',
  }
}

function refusalWithDeadVoters(dead: readonly ClusterNode[], joining: readonly ClusterNode[]): JoinPlan {
  const names = (nodes: readonly ClusterNode[]) => nodes.map((node) => node.name).join(', ')
  return {
    refuse: `${names(dead)} is a voter of etcd and its machine is ${dead[0]?.state}: adding ${names(joining)} would leave fewer servers to lose, and etcd refuses it`,
    choose: `Start ${names(dead)} again, or terminate it: then its member is removed.`,
  }
}

/**
 * Decides whether a server begins the cluster. Where there is one, be it only on the disks of machines that boot, an empty server
 * would begin a second one.
 * @param states of the servers whose machines run
 * @param first of all servers, by index
 * @param stopped servers whose machines do not run
 */
export function firstServerPlan(
  states: readonly FirstServerState[],
  first: ClusterNode,
  stopped: readonly ClusterNode[],
): FirstServerPlan {
  const voters = states.filter((state) => state.voter)
  const member = voters.find(({ unit }) => unit === 'up') ?? voters.find(({ unit }) => unit === 'down')
  if (member) return { member: member.node }
  // Its unit starts, or keeps failing: it has its data, so it begins nothing, and may need its configuration anew.
  if (voters[0]) return { start: voters[0].node }
  const refusal = refusalWithoutQuorum(states)
  if (refusal) return refusal
  const holders = states.filter(({ data }) => data).map(({ node }) => node)
  if (holders.some(({ instanceId }) => instanceId === first.instanceId)) return { start: first }
  if (holders.length) return { resume: holders }
  return stopped.length ? refusalWithUnseenDisks(stopped) : { start: first }
}

function refusalWithUnseenDisks(stopped: readonly ClusterNode[]): FirstServerPlan {
  const names = stopped.map(({ name, state }) => `${name} is ${state}`).join(', ')
  return {
    refuse: `${names}: the data of a cluster may be on its disk, and a first server would begin a second one`,
    choose: 'Run provision-nodes, which starts stopped machines, or terminate them.',
  }
}

/** What etcd itself counts: too few of its voters have a machine that runs, and waiting would not help. */
function refusalWithoutQuorum(states: readonly FirstServerState[]): FirstServerPlan | undefined {
  const told = states.find(({ members }) => members.length > 1)
  if (!told) return undefined
  const voters = told.members.filter(({ learner }) => !learner)
  const running = voters.filter(({ address }) => states.some(({ node }) => node.privateIp === address))
  if (running.length >= quorumOf(voters.length).needed) return undefined
  return {
    refuse: `${told.node.name} belongs to an etcd cluster of ${told.members.length} that has no quorum: starting a first server would begin a second cluster`,
    choose: 'Start the stopped servers again, or restore from a snapshot with rke2 server --cluster-reset.',
  }
}
