import { pick } from '../cluster/inputs.ts'
import { flag } from '../cluster/values.ts'
import { defineAction } from '../kit/define-action.ts'
import { inputsOf } from './inputs-of.ts'
import { runs } from './runs.ts'

export const teardown = defineAction({
  id: 'teardown',
  name: 'Tear an RKE2 cluster down',
  description:
    'Deletes everything that carries the cluster’s tags, and proves that nothing is left. Needs no output of an earlier step.',
  icon: 'trash-2',
  inputs: inputsOf({
    ...pick('cluster-name', 'aws-region', 'timeout', 'on-busy'),
    'only-own': flag
      .prefault('false')
      .describe(
        'Leave a cluster alone that another run made, when this run made nothing of it and did not take it over. For the job that cleans up after a run that may have failed before it began.',
      ),
  }),
  outputs: {
    residue:
      'What is left of the cluster, as JSON by kind: empty lists, or the step is red. What stays on purpose (hold-on-failure, only-own) is listed, and a notice says why.',
    removed: 'What was there and is gone, as JSON by kind.',
  },
  async run(given, kit): Promise<void> {
    await (await runs()).runTeardown(given, kit)
  },
})
