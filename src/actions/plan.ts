import { inputs } from '../cluster/inputs.ts'
import { defineAction } from '../kit/define-action.ts'
import { inputsOf } from './inputs-of.ts'
import { costOutput } from './outputs.ts'
import { runs } from './runs.ts'

export const plan = defineAction({
  id: 'plan',
  name: 'Plan an RKE2 cluster',
  description: 'Says what a run would make in your AWS account, and what is there already. Creates nothing.',
  icon: 'map',
  inputs: inputsOf(inputs),
  outputs: {
    'plan-path':
      'The plan as JSON: every resource, the launches by zone, the expected time, the cost, quotas, and rights that are missing.',
    changes: 'How many resources a run would make: 0 when all of the cluster is there.',
    ...costOutput,
    obstacles:
      'What would stop a run, as a JSON list of sentences: rights that are missing, quotas that would be passed.',
  },
  async run(given, kit): Promise<void> {
    await (await runs()).runPlan(given, kit)
  },
})
