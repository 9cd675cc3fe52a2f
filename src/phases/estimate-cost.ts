import { type AwsClients, priceListClient } from '../aws/clients.ts'
import { awsCode } from '../aws/errors.ts'
import { ANY_STATE, findInstances } from '../aws/instances.ts'
import { endpointInterfaces } from '../aws/network-leftovers.ts'
import { readPrice } from '../aws/prices.ts'
import { machineWishes } from '../cluster/plan.ts'
import {
  type Charge,
  type ChargedSoFar,
  type Cost,
  chargesOf,
  chargesSoFar,
  costOf,
  endByTimer,
  machinesByType,
  missingMachines,
  priceListRegion,
  type Spent,
} from '../cluster/price.ts'
import { tagKeys, timeOfTag } from '../cluster/tags.ts'
import { messageOf, UserError } from '../kit/errors.ts'
import { chargedNetwork } from './charged-network.ts'
import type { Context } from './context.ts'
import { dataDisksGib } from './data-disks.ts'
import { balancers } from './leftovers/balancing.ts'
import { ownership } from './ownership.ts'
import type { Choice } from './provision/choose-machines.ts'

/** What a cluster costs, or why that can't be said. No price is ever guessed. */
export type Estimate = { readonly cost: Cost } | { readonly unknown: string }

/**
 * The cost of the cluster as the run leaves it, from now until `expires-at`, by AWS's price list. Throws nothing.
 * @param chosen where the run builds, and from which images; looked up where it is left out
 */
export async function estimateCost(context: Context, chosen?: Choice): Promise<Estimate> {
  const { spec, aws, clock } = context
  return unlessUnknown(aws.region, async (price) => {
    const [nodes, { expiresAt }, dataGib] = await Promise.all([
      context.nodes(),
      ownership(context),
      dataDisksGib(context, chosen),
    ])
    const machines = machinesByType(nodes, machineWishes(spec))
    const count = [...machines.values()].reduce((sum, one) => sum + one, 0)
    const network = await chargedNetwork(context, { nodes, machines: count }, chosen)
    const priced = await price(
      chargesOf({ machines, region: aws.region, volumeGib: spec.volumeSize, dataGib, ...network }),
    )
    return { cost: costOf(priced, Math.max(0, expiresAt - clock.now()) / 3_600_000) }
  })
}

/** What a cluster has cost by AWS's on-demand prices, as far as AWS still shows what it consisted of. Throws nothing. */
export function costSoFar({ aws, clock }: Pick<Context, 'aws' | 'clock'>, cluster: string): Promise<Spent> {
  return unlessUnknown(aws.region, async (price) => {
    const now = clock.now()
    const charged = await chargedSoFar(aws, cluster, now)
    const charges = chargesSoFar(charged, aws.region, now)
    const without = missingMachines(charged.machines)
    if (!charges.length && without) return { unknown: without }
    const usd = (await price(charges)).reduce((sum, one) => sum + one.quantity * one.usd, 0)
    return { usd, ...(without ? { without } : {}) }
  })
}

async function chargedSoFar(aws: AwsClients, cluster: string, now: number): Promise<ChargedSoFar> {
  const [all, standing, endpoints] = await Promise.all([
    findInstances(aws.ec2, { cluster, states: ANY_STATE }),
    balancers.find(aws, { cluster }),
    endpointInterfaces(aws.ec2, cluster),
  ])
  const machines = all.map(({ instanceType, launchedAt, endedAt, reason, tags }) => ({
    ...{ instanceType, launchedAt },
    endedAt: Number.isNaN(endedAt)
      ? endByTimer(reason?.code, timeOfTag(tags[tagKeys.expiresAt]), now)
      : endedAt,
  }))
  return { machines, balancers: standing.flatMap(({ createdAt }) => createdAt ?? []), endpoints }
}

type Price = (charges: readonly Charge[]) => Promise<(Charge & { usd: number })[]>

async function unlessUnknown<Told>(
  region: string,
  tell: (price: Price) => Promise<Told>,
): Promise<Told | { readonly unknown: string }> {
  const listRegion = priceListRegion(region)
  if (!listRegion) return { unknown: `AWS has no price list in USD for ${region}` }
  const pricing = priceListClient(listRegion)
  const priced = async (charge: Charge) => ({ ...charge, usd: await readPrice(pricing, charge.rate) })
  try {
    return await tell((charges) => Promise.all(charges.map(priced)))
  } catch (error) {
    return { unknown: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (awsCode(error) === 'AccessDenied')
    return 'the role of this job may not read AWS’s price list: allow pricing:GetProducts'
  // What the run itself refuses.
  if (error instanceof UserError) return error.message
  return `AWS’s price list cannot be read: ${messageOf(error)}`
}
