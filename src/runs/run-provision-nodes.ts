import type { provisionNodes } from '../actions/provision-nodes.ts'
import type { InputsOf, KitOf } from '../kit/define-action.ts'
import { withCostEstimate } from './cost-estimate.ts'
import { runPhase } from './run-phase.ts'

/** What is provisioned costs: this step says how much. */
export const runProvisionNodes = (
  given: InputsOf<typeof provisionNodes>,
  kit: KitOf<typeof provisionNodes>,
): Promise<void> =>
  runPhase('provision-nodes', given, kit, (context, work) => withCostEstimate(context, kit, work))
