import { markedNodes } from '../cluster/node-marks.ts'
import { type ClusterNodes, type MachineCounts, wantedOf } from '../cluster/nodes.ts'
import { type Answered, askAnyOf, askNodes } from './ask-nodes.ts'
import { type BalancerProbe, balancerScript } from './balancer-script.ts'
import { type ClusterProbe, clusterScript } from './cluster-script.ts'
import { type NodeProbe, nodeScript } from './node-script.ts'
import { type ServerProbe, serverScript } from './server-script.ts'
import type { BalancerState, World } from './world.ts'

/** What is known in one round of checks. Each question is asked once, when the first check wants it. */
export interface Facts {
  readonly world: World
  nodes(): Promise<ClusterNodes>
  /** How many machines there are to be; undefined when nothing tells, as of clusters of an older release. */
  wanted(): Promise<MachineCounts | undefined>
  /** Each server's own etcd member and own API server. */
  servers(): Promise<Answered<ServerProbe>[]>
  /** Each node's own Cilium agent. */
  network(): Promise<Answered<NodeProbe>[]>
  /** What the API says of nodes, leases and Cilium's rollout. @throws UserError when no server can answer. */
  cluster(): Promise<ClusterProbe>
  balancer(): Promise<BalancerState | undefined>
  /** The balancer as a node of the cluster meets it. @throws UserError when no node can ask. */
  throughBalancer(balancer: BalancerState): Promise<BalancerProbe>
}

// With 10 connections a server, a balancer that spreads evenly misses one of three servers once in 60,000 runs.
const CONNECTIONS_PER_SERVER = 10

export function gatherFacts(world: World): Facts {
  const nodes = once(() => world.nodes())
  const everyNode = async () => {
    const { servers, agents } = await nodes()
    return [...servers, ...agents]
  }
  return {
    world,
    nodes,
    wanted: async () => world.wanted ?? wantedOf(await nodes()),
    servers: once(async () => askNodes(world, serverScript(), (await nodes()).servers)),
    network: once(async () => {
      const all = await everyNode()
      return askNodes(world, nodeScript(all), all)
    }),
    cluster: once(async () => {
      const machines = await nodes()
      return askAnyOf(world, clusterScript(markedNodes(world.marks, machines)), machines.servers)
    }),
    balancer: once(() => world.balancer()),
    throughBalancer: async (state) => {
      const { servers, agents } = await nodes()
      const script = balancerScript(state, {
        servers: servers.length,
        connections: servers.length * CONNECTIONS_PER_SERVER,
      })
      // A server is itself a target: a connection that the balancer sends back to its sender proves less.
      return askAnyOf(world, script, [...agents.slice(0, 2), ...servers])
    },
  }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask()
    return asked
  }
}
