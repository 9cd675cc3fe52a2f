import { askAnyOf, askNodes } from '../checks/ask-nodes.ts'
import { fail, type Verdict } from '../checks/check.ts'
import { leaderOf } from '../checks/etcd.ts'
import { serverScript } from '../checks/server-script.ts'
import type { World } from '../checks/world.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { quorumOf } from '../cluster/quorum.ts'
import { counted } from '../kit/counted.ts'
import { describeError } from '../kit/errors.ts'
import { type Probe, waitFor } from '../kit/wait-for.ts'
import type { Drill } from './drill.ts'
import { judgeLoss, type Loss } from './judge-loss.ts'
import {
  electedAnew,
  healthyOf,
  powerBack,
  restored,
  resumed,
  stopped,
  throughBalancer,
} from './loss-waits.ts'
import { readWrites, startWriter, stopWriter, type Writes } from './writer-scripts.ts'

export const loseOneServer: Drill = {
  name: 'lose-one-server',
  claim:
    'The server that leads etcd loses its power, writes go on after a short gap, and it comes back by itself.',
  run: loseLeader,
}

interface Scene {
  readonly victim: ClusterNode
  readonly survivors: readonly ClusterNode[]
  /** The survivor that writes all the time. */
  readonly writer: ClusterNode
}

async function loseLeader(world: World, longestWriteGap: number): Promise<Verdict> {
  const { servers } = await world.nodes()
  const refusal = refusalOf(servers)
  if (refusal) return refusal
  const victim = leaderOf(await askNodes(world, serverScript(), servers))
  const survivors = servers.filter(({ name }) => name !== victim?.name)
  const [writer] = survivors
  if (!victim || !writer)
    return fail('not begun: no etcd leader found', 'Run the drill again when the etcd check passes.')
  const loss: Loss = { victim: victim.name, voters: servers.length }
  try {
    await lose(world, { victim, survivors, writer }, loss)
  } catch (error) {
    world.signal.throwIfAborted()
    loss.error = describeError(error)
  } finally {
    await writerStopped(world, writer)
  }
  return judgeLoss(loss, longestWriteGap)
}

/** Never fewer than a majority: counted before anything is broken. */
function refusalOf(servers: readonly ClusterNode[]): Verdict | undefined {
  const running = servers.filter(({ state }) => state === 'running')
  if (!quorumOf(servers.length).tolerated)
    return fail(
      `not begun: ${counted(servers.length, 'server tolerates', 'servers tolerate')} no loss`,
      'This drill needs 3 servers or more.',
    )
  if (running.length < servers.length)
    return fail(
      `not begun: only ${running.length} of ${servers.length} servers run`,
      'Bring every server back first.',
    )
  return undefined
}

/** Fills `loss` as it learns, so that what is known survives a deadline that passes. */
async function lose(world: World, scene: Scene, loss: Loss): Promise<void> {
  const { victim, writer } = scene
  const since = await writing(world, writer)
  world.log.info(`cutting the power of ${victim.name}, which leads etcd`)
  try {
    await world.cutPower(victim.instanceId)
    world.log.info(`${victim.name} is being stopped; watching the writes`)
    await watch(world, scene, since, loss)
  } finally {
    // Whatever happened in between, a cancelled run included.
    await powerBack(world, victim)
    world.log.info(`${victim.name} has its power back`)
  }
  loss.restoredSeconds = await restored(world)
  world.log.info(`the cluster is whole again, ${loss.restoredSeconds.toFixed(1)} s later`)
  // Read again: the return of a member must not stop writes either.
  loss.writes = await askAnyOf(world, readWrites(since), [writer])
}

async function watch(
  world: World,
  { victim, survivors, writer }: Scene,
  since: number,
  loss: Loss,
): Promise<void> {
  await stopped(world, victim)
  // Writes first: without a leader, etcd lets other questions wait until they time out.
  loss.writes = await resumed(world, writer, since)
  const told = await electedAnew(world, victim, survivors)
  loss.healthy = healthyOf(told)
  loss.newLeader = leaderOf(told)?.name ?? ''
  loss.balancerSeconds = await throughBalancer(world)
}

// So many writes show that the writer is in its stride.
const ENOUGH_WRITES = 10

/** Starts the writer and waits until it is in its stride. @returns its node's clock, ms since the epoch. */
async function writing(world: World, writer: ClusterNode): Promise<number> {
  await askAnyOf(world, startWriter(), [writer])
  const { now } = await waitFor({
    ...world,
    what: 'writes to flow',
    withinSeconds: 30,
    next: 'Look at the API server of the server that writes.',
    probe: async (): Promise<Probe<Writes>> => {
      const seen = await askAnyOf(world, readWrites(0), [writer])
      if (seen.accepted >= ENOUGH_WRITES) return { done: seen }
      return { notYet: `${seen.accepted} of ${ENOUGH_WRITES} accepted` }
    },
  })
  return now
}

async function writerStopped(world: World, writer: ClusterNode): Promise<void> {
  try {
    await askAnyOf(world, stopWriter(), [writer])
  } catch (error) {
    world.log.warning(`the drill’s writer was not stopped, it ends by itself: ${describeError(error)}`)
  }
}
