import { createHash } from 'node:crypto'
import { awsCode, refusalHint } from '../../aws/errors.ts'
import { findInstances, type Launch, launchInstances, type TaggedInstance } from '../../aws/instances.ts'
import { launchFailure } from '../../cluster/launch-failure.ts'
import { launchPlan, type PlannedLaunch } from '../../cluster/launch-plan.ts'
import { names } from '../../cluster/names.ts'
import { launchTags, type Tags } from '../../cluster/tags.ts'
import { artifactsUrl } from '../../cluster/version.ts'
import { UserError } from '../../kit/errors.ts'
import { waitFor } from '../../kit/wait-for.ts'
import { bootScript } from '../../nodes/boot.ts'
import type { Context } from '../context.ts'
import { type Choice, zonesOf } from './choose-machines.ts'

export interface LaunchSettings {
  readonly choice: Choice
  readonly securityGroup: string
  readonly instanceProfile: string
  readonly tags: Tags
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** Launches what is missing, all at once. */
export async function launchMachines(context: Context, settings: LaunchSettings): Promise<void> {
  const { spec, log } = context
  const existing = await context.nodes()
  const plan = launchPlan({
    cluster: spec.clusterName,
    servers: spec.servers,
    agents: spec.agents,
    existing,
    zones: zonesOf(settings.choice.network),
  })
  const present = existing.servers.length + existing.agents.length
  if (!plan.length) return log.info(`all ${present} machines are there`)
  await Promise.all(plan.map((planned) => launchSomewhere(context, settings, planned)))
}

/** Tries one zone after the other while AWS has no room; everything else ends the attempt. */
async function launchSomewhere(
  context: Context,
  settings: LaunchSettings,
  planned: PlannedLaunch,
): Promise<void> {
  const refusals: string[] = []
  for (const zone of planned.zones) {
    try {
      await launchInZone(context, settings, planned, zone)
      return context.log.info(`${described(planned, context.spec.clusterName)} in ${zone}`)
    } catch (error) {
      const kind = launchFailure(awsCode(error), (error as Error).message)
      if (kind !== 'no room') throw launchError(planned, zone, error, kind)
      refusals.push(`${zone}: ${awsCode(error)}`)
      context.log.warning(`no room for ${planned.name} in ${zone} (${awsCode(error)}): trying the next zone`)
    }
  }
  throw new UserError(`no zone has room for ${planned.name} (${refusals.join('; ')})`, {
    hint: 'Choose another instance type, or try again later.',
  })
}

const described = ({ role, firstIndex, count }: PlannedLaunch, cluster: string) => {
  const name = (index: number) => names.node(cluster, role, index)
  return count === 1 ? name(firstIndex) : `${name(firstIndex)} to ${name(firstIndex + count - 1)}`
}

function launchError(planned: PlannedLaunch, zone: string, cause: unknown, kind: string): UserError {
  const hint =
    kind === 'quota'
      ? 'A quota of the account is reached: ask AWS for more vCPUs, or choose smaller or fewer machines.'
      : (refusalHint(cause) ?? 'Mend what the message names and run the action again.')
  return new UserError(`EC2 refuses to launch ${planned.name} in ${zone}: ${(cause as Error).message}`, {
    hint,
    cause,
  })
}

// IAM is eventually consistent: a profile made just now is known to EC2 in 5 to 10 s, seldom in 2 minutes.
const PROFILE_SECONDS = 180
// A token answers with its old machine for a day after that one was terminated.
const MOST_REPLACEMENTS = 10

async function launchInZone(
  context: Context,
  settings: LaunchSettings,
  planned: PlannedLaunch,
  zone: string,
) {
  const { clock, log, signal } = context
  const launch = launchIn(context, settings, planned, zone)
  await waitFor({
    // The same words for all launches, so that the log says it once.
    what: 'launch',
    withinSeconds: PROFILE_SECONDS,
    next: `See that instance profile ${settings.instanceProfile} exists and has a role.`,
    clock,
    log,
    signal,
    probe: async () => {
      try {
        return { done: await launchAnew(context, launch) }
      } catch (error) {
        const kind = launchFailure(awsCode(error), (error as Error).message)
        if (kind !== 'not yet known') throw error
        return { notYet: `EC2 does not know all of its parts yet (${awsCode(error)})` }
      }
    },
  })
}

/** The same launch has the same token, so that a lost answer makes no second machine; one that is gone needs the next token. */
async function launchAnew(context: Context, launch: Omit<Launch, 'clientToken'>): Promise<TaggedInstance[]> {
  const { ec2 } = context.aws
  for (let attempt = 0; attempt < MOST_REPLACEMENTS; attempt++) {
    const clientToken = createHash('sha256')
      .update(JSON.stringify([launch, attempt]))
      .digest('hex')
    const made = await launchInstances(ec2, { ...launch, clientToken }).catch((error: unknown) => {
      if (awsCode(error) === 'IdempotentInstanceTerminated') return []
      throw error
    })
    if (made.some((instance) => !['shutting-down', 'terminated'].includes(instance.state))) return made
  }
  throw new UserError(`EC2 keeps answering with machines that are gone for ${launch.tags['Name']}`, {
    hint: 'Use another cluster-name, or wait a day.',
  })
}

function launchIn(
  { spec }: Context,
  settings: LaunchSettings,
  planned: PlannedLaunch,
  zone: string,
): Omit<Launch, 'clientToken'> {
  const { choice } = settings
  const image = choice.images[planned.role]
  const subnet = choice.network.subnets.find((one) => one.zone === zone)
  return {
    count: planned.count,
    imageId: image.id,
    rootDevice: image.rootDevice,
    volumeGib: spec.volumeSize,
    instanceType: planned.role === 'server' ? spec.serverInstanceType : spec.agentInstanceType,
    subnetId: subnet?.id ?? '',
    securityGroupId: settings.securityGroup,
    instanceProfile: settings.instanceProfile,
    userData: bootScript({
      version: choice.rke2Version,
      artifactsUrl: artifactsUrl(spec.artifactUrl, choice.rke2Version),
      expiresAt: settings.expiresAt,
    }),
    tags: { ...settings.tags, ...launchTags({ ...planned, rke2Version: choice.rke2Version }) },
  }
}

/** Waits until every machine of the cluster runs. */
export async function awaitRunning(context: Context): Promise<void> {
  const { spec, aws, clock, log, signal } = context
  const wanted = spec.servers + spec.agents
  await waitFor({
    what: `${wanted} running machines`,
    withinSeconds: spec.timeout,
    next: 'Look at the instances in the EC2 console: their state reason says why they do not run. Then run the action again.',
    clock,
    log,
    signal,
    probe: async () => {
      const machines = await findInstances(aws.ec2, { cluster: spec.clusterName })
      const running = machines.filter((machine) => machine.state === 'running' && machine.node?.privateIp)
      if (running.length >= wanted) return { done: undefined }
      return { notYet: `${running.length} run of ${wanted}` }
    },
  })
}
