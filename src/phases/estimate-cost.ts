import { priceListClient } from '../aws/clients.ts'
import { awsCode } from '../aws/errors.ts'
import { findInstances } from '../aws/instances.ts'
import { readPrice } from '../aws/prices.ts'
import { machineWishes } from '../cluster/plan.ts'
import {
  type Charge,
  type Cost,
  chargesOf,
  chargesSoFar,
  costOf,
  machinesByType,
  priceListRegion,
} from '../cluster/price.ts'
import { messageOf, UserError } from '../kit/errors.ts'
import { type ChosenPlace, chargedNetwork } from './charged-network.ts'
import type { Context } from './context.ts'
import { ownership } from './ownership.ts'

/** What a cluster costs, or why that can't be said. No price is ever guessed. */
export type Estimate = { readonly cost: Cost } | { readonly unknown: string }

/**
 * The cost of the cluster as the run leaves it, from now until `expires-at`, by AWS's price list. Throws nothing.
 * @param chosen where the run builds; looked up where it is left out
 */
export async function estimateCost(context: Context, chosen?: ChosenPlace): Promise<Estimate> {
  const { spec, aws, clock } = context
  return unlessUnknown(aws.region, async (price) => {
    const [nodes, { expiresAt }] = await Promise.all([context.nodes(), ownership(context)])
    const machines = machinesByType(nodes, machineWishes(spec))
    const count = [...machines.values()].reduce((sum, one) => sum + one, 0)
    const network = await chargedNetwork(context, { nodes, machines: count }, chosen)
    const priced = await price(
      chargesOf({ machines, region: aws.region, volumeGib: spec.volumeSize, ...network }),
    )
    return { cost: costOf(priced, Math.max(0, expiresAt - clock.now()) / 3_600_000) }
  })
}

/** What a cluster's machines and load balancer have cost until now, or why that can't be said. */
export type Spent = { readonly usd: number } | { readonly unknown: string }

/** What stands of a cluster, by AWS's on-demand prices. Machines that are gone are not known any more. Throws nothing. */
export function costSoFar({ aws, clock }: Pick<Context, 'aws' | 'clock'>, cluster: string): Promise<Spent> {
  return unlessUnknown(aws.region, async (price) => {
    const machines = await findInstances(aws.ec2, { cluster })
    const priced = await price(chargesSoFar(machines, aws.region, clock.now()))
    return { usd: priced.reduce((sum, { quantity, usd }) => sum + quantity * usd, 0) }
  })
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
