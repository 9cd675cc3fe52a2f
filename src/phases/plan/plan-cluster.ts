import type { Image } from '../../aws/images.ts'
import { type ExpectedTime, expectedTime } from '../../cluster/expected-time.ts'
import { launchPlan } from '../../cluster/launch-plan.ts'
import { stillNew } from '../../cluster/new-things.ts'
import {
  machineWishes,
  newMachines,
  type PlannedMachines,
  plannedMachines,
  spread,
  standingMachines,
  type ToldResource,
  told,
} from '../../cluster/plan.ts'
import { timeTag } from '../../cluster/tags.ts'
import type { Context } from '../context.ts'
import { type Estimate, estimateCost } from '../estimate-cost.ts'
import { ownership } from '../ownership.ts'
import { type Choice, chooseMachines } from '../provision/choose-machines.ts'
import { strangersOfName } from '../provision/refuse-strangers.ts'
import { planPermissions, type TriedCall } from './plan-permissions.ts'
import { planQuotas, type Quotas } from './plan-quotas.ts'
import { planResources } from './plan-resources.ts'
import { type SimulatedRights, simulateRights } from './simulate-rights.ts'

/** What the chain would do, as JSON. It holds no secret. */
export interface Plan {
  readonly version: 1
  readonly cluster: string
  readonly region: string
  /** Whether anything of it is there already. */
  readonly exists: boolean
  readonly rke2Version: string
  /** Of the servers, and of each group of agents. */
  readonly images: readonly ({ readonly pool: string } & Image)[]
  readonly vpc: string
  /** UTC, to the second. */
  readonly expiresAt: string
  readonly resources: readonly ToldResource[]
  readonly launches: readonly PlannedMachines[]
  readonly zones: ReturnType<typeof spread>
  readonly time: ExpectedTime
  readonly cost: Estimate
  readonly quotas: Quotas
  readonly calls: readonly TriedCall[]
  readonly rights: SimulatedRights
  /** Things of others that have a name of the cluster's, a sentence each. */
  readonly strangers: readonly string[]
}

/**
 * Asks what is there and works out what a run would add. Nothing is created or changed.
 * @throws UserError with every wish that cannot be met, in the words of the run itself
 */
export async function planCluster(context: Context): Promise<Plan> {
  const { spec, aws } = context
  const choice = await chooseMachines(context)
  const [owner, others, cost, strangers] = await Promise.all([
    ownership(context),
    planResources(context, choice),
    estimateCost(context, choice),
    strangersOfName(context, choice),
  ])
  const machines = planMachines(context, choice)
  const { launches, zones } = machines
  const resources = [...others, ...machines.resources]
  const [rights, quotas, calls] = await Promise.all([
    simulateRights(context),
    planQuotas(context, { launches, made: stillNew({ ...choice, spec, launches }, resources) }),
    planPermissions(context, { choice, launches, resources }),
  ])
  return {
    version: 1,
    cluster: spec.clusterName,
    region: aws.region,
    exists: resources.some(({ change, detail }) => change !== 'create' && detail !== 'your own'),
    rke2Version: choice.rke2Version,
    images: choice.pools.map(({ group, imageFound }) => ({ pool: group ?? 'servers', ...imageFound })),
    vpc: choice.network.vpcId,
    expiresAt: timeTag(owner.expiresAt),
    time: expectedTime({ servers: spec.servers, serial: spec.join === 'serial' }),
    resources: resources.map(told),
    ...{ launches, zones, cost, quotas, calls, rights, strangers },
  }
}

function planMachines({ spec }: Context, { network, pools, existing }: Choice) {
  const launches = plannedMachines(launchPlan(spec.clusterName, pools, existing), spec.volumeSize)
  const standing = [...existing.servers, ...existing.agents]
  return {
    launches,
    resources: [...standingMachines(standing, machineWishes(spec)), ...newMachines(launches)],
    zones: spread(
      network.subnets.map(({ zone }) => zone),
      standing,
      launches,
    ),
  }
}
