import type { Launch } from '../../aws/instances.ts'
import type { Rung } from '../../cluster/capacity-ladder.ts'
import { machineDisks } from '../../cluster/disks.ts'
import { type CallPace, launchDelays, nextCall } from '../../cluster/launch-pace.ts'
import { launchPlan, type PlannedLaunch } from '../../cluster/launch-plan.ts'
import type { ClusterNode, ClusterNodes } from '../../cluster/nodes.ts'
import { launchTags, type Tags } from '../../cluster/tags.ts'
import { artifactsUrl } from '../../cluster/version.ts'
import { allCounted, are, counted } from '../../kit/counted.ts'
import { waitFor } from '../../kit/wait-for.ts'
import { bootScript } from '../../nodes/boot.ts'
import type { Context } from '../context.ts'
import { awaitStarted } from './await-started.ts'
import type { Choice, ChosenPool } from './choose-machines.ts'
import { climbLadder } from './climb-ladder.ts'
import { launchOnce } from './launch-once.ts'

export interface LaunchSettings {
  readonly choice: Choice
  readonly securityGroup: string
  readonly instanceProfile: string
  readonly tags: Tags
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * Launches what is missing, as much at once as EC2 takes, and waits until it has started.
 * @throws UserError when there is no room, EC2 refuses, or a machine dies at its launch
 */
export async function launchMachines(context: Context, settings: LaunchSettings): Promise<void> {
  const { spec, clock, log, signal } = context
  const existing = await context.nodes()
  const plans = launchPlan(spec.clusterName, settings.choice.pools, existing)
  const present = existing.servers.length + existing.agents.length
  if (!plans.some(({ launches }) => launches.length))
    return log.info(`${allCounted(present, 'machine')} ${are(present)} there`)
  const all = plans.flatMap(({ pool, load, launches }) =>
    launches.map((planned) => ({ pool, load, planned })),
  )
  const delays = launchDelays(all.map(({ planned }) => planned.count))
  const turn = callTurns(context)
  const launched: string[] = []
  await Promise.all(
    all.map(async (one, at) => {
      await clock.sleep((delays[at] ?? 0) * 1000, signal)
      await climbLadder(context, one, async (planned, rung) => {
        const launch = launchAt(context, settings, { pool: one.pool, planned, rung })
        const made = await launchOnce(context, launch, turn)
        launched.push(...made.map(({ id }) => id))
        return made.length
      })
    }),
  )
  await awaitStarted(context, launched)
}

/** Holds each call, a repeated one too, until EC2's pace has room for it: above it EC2 refuses whoever comes. */
function callTurns({ clock, signal }: Context): () => Promise<void> {
  let pace: CallPace | undefined
  return () => {
    const next = nextCall(pace, clock.now() / 1000)
    pace = next.pace
    return clock.sleep(next.wait * 1000, signal)
  }
}

function launchAt(
  { spec }: Context,
  { choice, ...settings }: LaunchSettings,
  { pool, planned, rung }: { pool: ChosenPool; planned: PlannedLaunch; rung: Rung },
): Omit<Launch, 'clientToken'> {
  const { rke2Version, network } = choice
  const subnet = network.subnets.find((one) => one.zone === rung.zone)
  // Where a server should have stood is told, so that the verdict can tell why a zone holds too many.
  const plannedZone =
    pool.role === 'server' && rung.zone !== planned.first.zone ? planned.first.zone : undefined
  return {
    count: planned.count,
    fewest: 1,
    capacityType: rung.capacityType,
    imageId: pool.imageFound.id,
    disks: machineDisks(pool.imageFound, spec.volumeSize),
    hopLimit: spec.metadataHopLimit,
    instanceType: rung.instanceType,
    subnetId: subnet?.id ?? '',
    securityGroupId: settings.securityGroup,
    instanceProfile: settings.instanceProfile,
    userData: bootScript({
      version: rke2Version,
      artifactsUrl: artifactsUrl(spec.artifactUrl, rke2Version),
      expiresAt: settings.expiresAt,
    }),
    tags: { ...settings.tags, ...launchTags({ ...planned, plannedZone, rke2Version, wanted: spec }) },
  }
}

const runs = ({ state, privateIp }: ClusterNode) => state === 'running' && privateIp !== ''

/** Waits until every machine of the cluster runs, and gives them: another question may show fewer for a while. */
export async function awaitRunning(context: Context): Promise<ClusterNodes> {
  const { spec, clock, log, signal } = context
  const wanted = spec.servers + spec.agents
  return await waitFor({
    what: counted(wanted, 'running machine'),
    withinSeconds: spec.timeout,
    next: 'Look at the instances in the EC2 console: their state reason says why they do not run. Then run the action again.',
    clock,
    log,
    signal,
    probe: async () => {
      const nodes = await context.nodes()
      const servers = nodes.servers.filter(runs).length
      const agents = nodes.agents.filter(runs).length
      // Each by itself: more agents than wanted make up for no server.
      if (servers >= spec.servers && agents >= spec.agents) return { done: nodes }
      return {
        notYet: `${servers} of ${counted(spec.servers, 'server')} running, ${agents} of ${counted(spec.agents, 'agent')}`,
      }
    },
  })
}
