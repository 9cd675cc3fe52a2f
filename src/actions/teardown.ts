import { awsClients } from '../aws/clients.ts'
import { pick } from '../cluster/inputs.ts'
import { inputsOf } from '../cluster/spec.ts'
import { defineAction } from '../kit/define-action.ts'
import { regionOf } from '../phases/open-context.ts'
import { teardown as takeAway } from '../phases/teardown.ts'

export const teardown = defineAction({
  id: 'teardown',
  name: 'Tear an RKE2 cluster down',
  description:
    'Deletes everything that carries the cluster’s tags, and proves that nothing is left. Needs no output of an earlier step.',
  icon: 'trash-2',
  inputs: inputsOf(pick('cluster-name', 'aws-region', 'timeout')),
  outputs: {
    residue: 'What is left of the cluster, as JSON by kind: empty lists, or the step is red.',
    removed: 'What was there and is gone, as JSON by kind.',
  },
  async run({ 'cluster-name': cluster, 'aws-region': region, timeout }, { log, clock, signal, env, output }) {
    const { residue, removed } = await takeAway({
      cluster,
      aws: awsClients(regionOf(region, env)),
      clock,
      log: log.scoped('teardown'),
      signal,
      timeout,
    })
    output('residue', JSON.stringify(residue))
    output('removed', JSON.stringify(removed))
  },
})
