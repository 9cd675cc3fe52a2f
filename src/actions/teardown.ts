import { awsClients } from '../aws/clients.ts'
import { pick } from '../cluster/inputs.ts'
import { inputsOf } from '../cluster/spec.ts'
import { runIdentity } from '../github/run-identity.ts'
import { defineAction } from '../kit/define-action.ts'
import { withLease } from '../phases/lease/with-lease.ts'
import { regionOf } from '../phases/open-context.ts'
import { teardownUnlessHeld } from '../phases/teardown-unless-held.ts'

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
  async run({ 'cluster-name': cluster, 'aws-region': region, timeout, 'on-busy': onBusy }, kit) {
    const { clock, signal, env, output } = kit
    const log = kit.log.scoped('teardown')
    const context = {
      cluster,
      aws: awsClients(regionOf(region, env)),
      clock,
      log,
      signal,
      run: runIdentity(),
    }
    const { residue, removed } = await withLease(context, { onBusy, timeout, idleSeconds: 0 }, (held) =>
      teardownUnlessHeld({ ...context, signal: held, timeout }),
    )
    output('residue', JSON.stringify(residue))
    output('removed', JSON.stringify(removed))
  },
})
