/** `server` and `agent` are RKE2's own words for control-plane and worker nodes. */
export type Role = 'server' | 'agent'

export interface MachineCounts {
  readonly servers: number
  readonly agents: number
}

/** A machine of a cluster, as its tags and EC2 describe it. `name` is its RKE2 (and Kubernetes) node name. */
export interface ClusterNode {
  readonly instanceId: string
  readonly name: string
  readonly role: Role
  /** From 1. Server 1 is the first server. */
  readonly index: number
  /** Empty while EC2 has not assigned one. */
  readonly privateIp: string
  /** Undefined while EC2 says none. */
  readonly vpcId?: string
  /** Availability zone name: eu-west-1a. */
  readonly zone: string
  readonly instanceType: string
  /** Name of its group of agents. */
  readonly group?: string
  /** Where it was meant to stand, when AWS had no room there. */
  readonly plannedZone?: string
  readonly state: 'pending' | 'running' | 'stopping' | 'stopped'
  /** The exact RKE2 version that was resolved once for the cluster: v1.35.4+rke2r1. */
  readonly rke2Version: string
  /** What the cluster was to have when this one was launched; undefined on a machine of an older release. */
  readonly wanted?: MachineCounts
  /** When the sweep may take it: milliseconds since the epoch. */
  readonly expiresAt: number
  /** A drill has cut its power and not given it back: it runs, or was killed. */
  readonly underDrill: boolean
}

/** Each list is in order of index. */
export interface ClusterNodes {
  readonly servers: readonly ClusterNode[]
  readonly agents: readonly ClusterNode[]
}

/** Sorts machines into servers and agents, each in order of index. */
export function clusterNodes(machines: readonly ClusterNode[]): ClusterNodes {
  const of = (role: Role) =>
    machines.filter((machine) => machine.role === role).toSorted((a, b) => a.index - b.index)
  return { servers: of('server'), agents: of('agent') }
}

/** The most that any machine was told; undefined when none was told. */
export function wantedOf({ servers, agents }: ClusterNodes): MachineCounts | undefined {
  const told = [...servers, ...agents].flatMap(({ wanted }) => wanted ?? [])
  if (!told.length) return undefined
  return {
    servers: Math.max(...told.map((one) => one.servers)),
    agents: Math.max(...told.map((one) => one.agents)),
  }
}
