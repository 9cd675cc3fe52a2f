import type { costOutput } from '../actions/outputs.ts'
import { usdText } from '../cluster/price.ts'
import type { Kit } from '../kit/define-action.ts'
import type { Context } from '../phases/context.ts'
import { type Estimate, estimateCost } from '../phases/estimate-cost.ts'

type CostKit = Pick<Kit<keyof typeof costOutput>, 'log' | 'output'>

/** Sets the output, and says it or why it is empty. */
export function tellCost(estimate: Estimate, { log, output }: CostKit): void {
  if ('unknown' in estimate) {
    output('cost-estimate-usd', '')
    log.info(`no cost estimate: ${estimate.unknown}`)
    return
  }
  const { usdPerHour, usdUntilExpiry, hours } = estimate.cost
  output('cost-estimate-usd', usdText(usdUntilExpiry))
  log.info(
    `cost: ${usdPerHour.toFixed(3)} USD an hour, ${usdText(usdUntilExpiry)} USD until expires-at in ${hours.toFixed(1)} h; traffic comes on top`,
  )
}

/** Beside the work, which it never delays by much nor fails: an estimate is no reason to. */
export async function withCostEstimate(
  context: Context,
  kit: CostKit,
  work: () => Promise<void>,
): Promise<void> {
  await Promise.all([work(), estimateCost(context).then((estimate) => tellCost(estimate, kit))])
}
