import { type PricingClient, paginateGetProducts } from '@aws-sdk/client-pricing'
import * as z from 'zod'
import type { Rate } from '../cluster/price.ts'

/** As much of an entry of the price list as is read. AWS documents it by example only, so what is missing is no fault. */
const entrySchema = z.object({
  product: z.object({ attributes: z.record(z.string(), z.string()) }),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({
              unit: z.string(),
              /** Where tiers begin: the first one at 0. */
              beginRange: z.string().optional(),
              pricePerUnit: z.object({ USD: z.string().optional() }),
            }),
          ),
        }),
      )
      .optional(),
  }),
})

/**
 * The on-demand price of one unit, in USD.
 * @throws Error  when the list has no such price or more than one, or cannot be read
 */
export async function readPrice(pricing: PricingClient, rate: Rate): Promise<number> {
  const found = new Set<number>()
  for (const entry of await entriesOf(pricing, rate))
    for (const price of pricesIn(entry, rate)) if (price > 0) found.add(price)
  const [price] = found
  if (price === undefined) throw new Error(`the price list has no price of ${rate.what}`)
  if (found.size > 1) throw new Error(`the price list has ${found.size} prices of ${rate.what}`)
  return price
}

async function entriesOf(pricing: PricingClient, { serviceCode, attributes }: Rate): Promise<string[]> {
  const Filters = Object.entries(attributes).map(([Field, Value]) => ({
    Type: 'TERM_MATCH' as const,
    Field,
    Value,
  }))
  const entries: string[] = []
  for await (const page of paginateGetProducts({ client: pricing }, { ServiceCode: serviceCode, Filters }))
    entries.push(...(page.PriceList ?? []).map(String))
  return entries
}

function pricesIn(entry: string, { unit, usageType }: Rate): number[] {
  const { product, terms } = entrySchema.parse(JSON.parse(entry))
  if (usageType && !usageType.test(product.attributes['usagetype'] ?? '')) return []
  return Object.values(terms.OnDemand ?? {})
    .flatMap((offer) => Object.values(offer.priceDimensions))
    .filter((dimension) => dimension.unit === unit && (dimension.beginRange ?? '0') === '0')
    .map((dimension) => Number(dimension.pricePerUnit.USD ?? 0))
}
