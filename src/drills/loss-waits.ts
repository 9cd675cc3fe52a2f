import { api } from '../checks/api.ts'
import { type Answered, answers, askAnyOf, askNodes } from '../checks/ask-nodes.ts'
import { balancer } from '../checks/balancer.ts'
import { type BalancerProbe, balancerScript } from '../checks/balancer-script.ts'
import { etcd, leaderOf } from '../checks/etcd.ts'
import { gatherFacts } from '../checks/facts.ts'
import { nodes } from '../checks/nodes.ts'
import { judge } from '../checks/run-checks.ts'
import { type ServerProbe, serverScript } from '../checks/server-script.ts'
import type { World } from '../checks/world.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { quorumOf } from '../cluster/quorum.ts'
import { firstLineOf, UserError } from '../kit/errors.ts'
import { type Probe, waitFor } from '../kit/wait-for.ts'
import { readWrites, type Writes } from './writer-scripts.ts'

// EC2's forced stop takes up to a few minutes.
const STOP_SECONDS = 300
// Election 5 to 10 s with RKE2's timers, and as long again when the vote is split.
const RESUME_SECONDS = 120
// The balancer drops a dead target after 30 s × 3 at its slowest, and no later.
const BALANCER_SECONDS = 180
// A balancer that still sends one in three to the dead server gets past so many once in 130 times; each costs 5 s.
const CONNECTIONS = 12
// A restart after power loss took the genuine RKE2 92 to 132 s; EC2 needs its own minutes.
const RESTORE_SECONDS = 600

/** Until EC2 says that the machine is off. */
export const stopped = (world: World, victim: ClusterNode) =>
  waitFor({
    ...world,
    what: `${victim.name} to be off`,
    withinSeconds: STOP_SECONDS,
    next: `Look at the instance ${victim.instanceId} in EC2.`,
    probe: async (): Promise<Probe<true>> => {
      const { servers } = await world.nodes()
      const state = servers.find(({ name }) => name === victim.name)?.state
      return state === 'stopped' ? { done: true } : { notYet: `it is ${state ?? 'gone'}` }
    },
  })

/** @returns what the survivors say once they follow a new leader with a quorum. */
export const electedAnew = (world: World, victim: ClusterNode, survivors: readonly ClusterNode[]) =>
  waitFor({
    ...world,
    what: 'a new etcd leader',
    withinSeconds: RESUME_SECONDS,
    next: 'Look at etcd’s log on the servers that are left.',
    probe: async (): Promise<Probe<Answered<ServerProbe>[]>> => {
      const told = await askNodes(world, serverScript(), survivors)
      const leader = leaderOf(told)?.name
      const { needed } = quorumOf(survivors.length + 1)
      const healthy = healthyOf(told)
      if (leader && leader !== victim.name && healthy >= needed) return { done: told }
      return { notYet: `${healthy} of ${needed} needed voters healthy, leader ${leader ?? 'unknown'}` }
    },
  })

/** Servers whose etcd calls itself healthy. */
export const healthyOf = (told: readonly Answered<ServerProbe>[]) =>
  answers(told).filter(({ answer }) => answer.etcd.healthy).length

/** Until a write was accepted after now, when the leader is off: only a new one can take it. */
export const resumed = (world: World, writer: ClusterNode, since: number) => {
  const off = world.clock.now()
  return waitFor({
    ...world,
    what: 'writes to resume',
    withinSeconds: RESUME_SECONDS,
    next: 'The survivors have no leader: look at etcd’s log on them.',
    probe: async (): Promise<Probe<Writes>> => {
      const offForMs = world.clock.now() - off
      const seen = await askAnyOf(world, readWrites(since), [writer])
      if (!seen.running) throw new UserError('the writer ended before writes resumed')
      return seen.sinceLastMs < offForMs
        ? { done: seen }
        : { notYet: `none for ${(seen.sinceLastMs / 1000).toFixed(1)} s` }
    },
  })
}

/** @returns seconds until every address of the balancer answered; undefined without a balancer. */
export async function throughBalancer(world: World): Promise<number | undefined> {
  const state = await world.balancer()
  if (!state) return undefined
  const since = world.clock.now()
  const { servers, agents } = await world.nodes()
  const askers = [...agents, ...servers].filter(({ state: power }) => power === 'running').slice(0, 2)
  // More servers than live can't be met, so that all connections are tried.
  const script = balancerScript(state, { servers: servers.length, connections: CONNECTIONS })
  await waitFor({
    ...world,
    what: 'the API through the load balancer',
    withinSeconds: BALANCER_SECONDS,
    next: 'Look at the targets’ health: the lost server must become unhealthy, the others stay healthy.',
    probe: async (): Promise<Probe<BalancerProbe>> => {
      const probe = await askAnyOf(world, script, askers)
      const silent = probe.addresses.filter(({ api: status }) => status !== 200).map(({ ip }) => ip)
      if (probe.addresses.length && !silent.length && !probe.refused) return { done: probe }
      return {
        notYet: silent.length
          ? `no answer through ${silent.join(', ')}`
          : `${probe.refused} connections failed`,
      }
    },
  })
  return (world.clock.now() - since) / 1000
}

/** EC2 refuses to start what is still stopping. Not ended by the run's own signal: a cancelled drill must heal too. */
export async function powerBack(world: World, victim: ClusterNode): Promise<void> {
  await waitFor({
    ...world,
    signal: undefined,
    what: `${victim.name} to be started again`,
    withinSeconds: STOP_SECONDS,
    next: `Start the instance ${victim.instanceId} by hand.`,
    probe: async (): Promise<Probe<true>> => {
      try {
        await world.restorePower(victim.instanceId)
        return { done: true }
      } catch (error) {
        return { notYet: firstLineOf(error) }
      }
    },
  })
}

/** Until all that was green is green again, all of it in one round. @returns seconds that it took. */
export async function restored(world: World): Promise<number> {
  const since = world.clock.now()
  await waitFor({
    ...world,
    what: 'the cluster to be whole again',
    withinSeconds: RESTORE_SECONDS,
    next: 'Look at journalctl -u rke2-server on the server that was stopped.',
    probe: async (): Promise<Probe<true>> => {
      const facts = gatherFacts(world)
      // Comes back first: until then the longer questions would only burden a server that starts.
      const member = await judge(etcd, facts)
      if (member.verdict.status === 'fail') return { notYet: `etcd: ${member.verdict.detail}` }
      const judged = await Promise.all([api, nodes, balancer].map((check) => judge(check, facts)))
      const bad = judged.find(({ verdict }) => verdict.status === 'fail')
      return bad ? { notYet: `${bad.check.name}: ${bad.verdict.detail}` } : { done: true }
    },
  })
  return (world.clock.now() - since) / 1000
}
