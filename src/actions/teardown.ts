import { pick } from '../cluster/inputs.ts'
import { defineAction } from '../kit/define-action.ts'
import { inputsOf } from './inputs-of.ts'
import { runs } from './runs.ts'

export const teardown = defineAction({
  id: 'teardown',
  name: 'Tear an RKE2 cluster down',
  description:
    'Deletes everything that carries the cluster’s tags, and proves that nothing is left. Needs no output of an earlier step.',
  icon: 'trash-2',
  inputs: inputsOf(pick('cluster-name', 'aws-region', 'timeout', 'on-busy')),
  outputs: {
    residue:
      'What is left of the cluster, as JSON by kind: empty lists, or the step is red. What hold-on-failure of this run keeps is listed, and named in a notice.',
    removed: 'What was there and is gone, as JSON by kind.',
  },
  async run(given, kit): Promise<void> {
    await (await runs()).runTeardown(given, kit)
  },
})
