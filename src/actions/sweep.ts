import { awsClients } from '../aws/clients.ts'
import { pick } from '../cluster/inputs.ts'
import { usdText } from '../cluster/price.ts'
import { inputsOf } from '../cluster/spec.ts'
import { timeTag } from '../cluster/tags.ts'
import { flag } from '../cluster/values.ts'
import { runIdentity } from '../github/run-identity.ts'
import { runUrl } from '../github/run-url.ts'
import { defineAction } from '../kit/define-action.ts'
import { regionOf } from '../phases/open-context.ts'
import { type SweptCluster, sweep as takeAwayExpired } from '../phases/sweep.ts'
import { sweepMarkdown } from '../report/sweep-markdown.ts'

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
    kept: 'Names of the clusters that stay, as a JSON list.',
    report:
      'Every cluster found, as a JSON list: name, fate (keep, mark, remove), why, removed, expires-at, run, repository, what it has cost (usd), and what it consisted of by kind.',
  },
  async run({ 'aws-region': region, timeout, 'dry-run': dryRun }, kit) {
    const { log, clock, signal, env, output } = kit
    const { clusters, failures } = await takeAwayExpired({
      aws: awsClients(regionOf(region, env)),
      clock,
      log: log.scoped('sweep'),
      signal,
      run: runIdentity(),
      timeout,
      dryRun,
    })
    const namesOf = (some: readonly SweptCluster[]) => JSON.stringify(some.map(({ name }) => name))
    const isOver = ({ fate }: SweptCluster) => fate === 'remove'
    output('swept', namesOf(clusters.filter(isOver)))
    output('kept', namesOf(clusters.filter((one) => !isOver(one))))
    output('report', JSON.stringify(clusters.map(told)))
    await kit.summary(sweepMarkdown(clusters, dryRun))
    if (failures.length) throw new AggregateError(failures)
  },
})

const told = ({
  name,
  fate,
  why,
  removed,
  expiresAt,
  run,
  repository,
  stood,
  spent,
  ...found
}: SweptCluster) => ({
  name,
  fate,
  why,
  removed,
  expiresAt: Number.isNaN(expiresAt) ? null : timeTag(expiresAt),
  repository,
  run: runUrl({ run, repository }),
  resources: found.resources,
  ...(spent && ('usd' in spent ? { usd: usdText(spent.usd) } : { usd: null, noPrice: spent.unknown })),
  stood,
})
