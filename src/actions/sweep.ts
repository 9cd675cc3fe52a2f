import { awsClients } from '../aws/clients.ts'
import { pick } from '../cluster/inputs.ts'
import { inputsOf } from '../cluster/spec.ts'
import { flag } from '../cluster/values.ts'
import { defineAction } from '../kit/define-action.ts'
import { regionOf } from '../phases/open-context.ts'
import { sweep as takeAwayExpired } from '../phases/sweep.ts'

export const sweep = defineAction({
  id: 'sweep',
  name: 'Sweep expired RKE2 clusters',
  description: 'Tears down every cluster of the region whose time (ttl) is over. For a schedule.',
  icon: 'wind',
  inputs: inputsOf({
    ...pick('aws-region', 'timeout'),
    'dry-run': flag.prefault('false').describe('Only say what would be taken away.'),
  }),
  outputs: {
    swept: 'Names of the clusters that were (or, in a dry run, would be) taken away, as a JSON list.',
    kept: 'Names of the clusters whose time is not over, as a JSON list.',
  },
  async run({ 'aws-region': region, timeout, 'dry-run': dryRun }, { log, clock, signal, env, output }) {
    const { expired, kept } = await takeAwayExpired({
      aws: awsClients(regionOf(region, env)),
      clock,
      log: log.scoped('sweep'),
      signal,
      timeout,
      dryRun,
    })
    const namesOf = (clusters: readonly { name: string }[]) =>
      JSON.stringify(clusters.map(({ name }) => name))
    output('swept', namesOf(expired))
    output('kept', namesOf(kept))
  },
})
