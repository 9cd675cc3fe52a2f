import { priceListClient } from '../aws/clients.ts'
import { awsCode } from '../aws/errors.ts'
import { readPrice } from '../aws/prices.ts'
import { machineWishes } from '../cluster/plan.ts'
import { type Cost, chargesOf, costOf, machinesByType, priceListRegion } from '../cluster/price.ts'
import type { Context } from './context.ts'
import { ownership } from './ownership.ts'

/** What a cluster costs, or why that can't be said. No price is ever guessed. */
export type Estimate = { readonly cost: Cost } | { readonly unknown: string }

/** The cost of the cluster as the run leaves it, from now until `expires-at`, by AWS's price list. Throws nothing. */
export async function estimateCost(context: Context): Promise<Estimate> {
  const { spec, aws, clock } = context
  const listRegion = priceListRegion(aws.region)
  if (!listRegion) return { unknown: `AWS has no price list in USD for ${aws.region}` }
  try {
    const [nodes, { expiresAt }] = await Promise.all([context.nodes(), ownership(context)])
    const machines = machinesByType(nodes, machineWishes(spec))
    const pricing = priceListClient(listRegion)
    const priced = await Promise.all(
      chargesOf(machines, { region: aws.region, volumeGib: spec.volumeSize }).map(async (charge) => ({
        ...charge,
        usd: await readPrice(pricing, charge.rate),
      })),
    )
    return { cost: costOf(priced, Math.max(0, expiresAt - clock.now()) / 3_600_000) }
  } catch (error) {
    return { unknown: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (awsCode(error) === 'AccessDenied')
    return 'the role of this job may not read AWS’s price list: allow pricing:GetProducts'
  return `AWS’s price list cannot be read: ${error instanceof Error ? error.message : String(error)}`
}
