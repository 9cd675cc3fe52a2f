import type { sweep } from '../actions/sweep.ts'
import { awsClients } from '../aws/clients.ts'
import { type Spent, usdText } from '../cluster/price.ts'
import { timeTag } from '../cluster/tags.ts'
import { runIdentity } from '../github/run-identity.ts'
import { runUrl } from '../github/run-url.ts'
import type { InputsOf, KitOf } from '../kit/define-action.ts'
import { regionOf } from '../phases/open-context.ts'
import { type SweptCluster, sweep as takeAwayExpired } from '../phases/sweep.ts'
import { sweepMarkdown } from '../report/sweep-markdown.ts'

export async function runSweep(
  { 'aws-region': region, timeout, 'dry-run': dryRun }: InputsOf<typeof sweep>,
  kit: KitOf<typeof sweep>,
): Promise<void> {
  const { log, clock, signal, env, output } = kit
  const swept = await takeAwayExpired({
    aws: awsClients(regionOf(region, env)),
    clock,
    log: log.scoped('sweep'),
    signal,
    run: runIdentity(),
    timeout,
    dryRun,
  })
  const { clusters, failures } = swept
  const namesOf = (some: readonly SweptCluster[]) => JSON.stringify(some.map(({ name }) => name))
  const isOver = ({ fate }: SweptCluster) => fate === 'remove'
  output('swept', namesOf(clusters.filter(isOver)))
  output('kept', namesOf(clusters.filter((one) => !isOver(one))))
  output('report', JSON.stringify(clusters.map(told)))
  await kit.summary(sweepMarkdown(swept, dryRun))
  if (failures.length) throw new AggregateError(failures)
}

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
  ...(spent && inJson(spent)),
  stood,
})

const inJson = (spent: Spent) =>
  'unknown' in spent
    ? { usd: null, noPrice: spent.unknown }
    : { usd: usdText(spent.usd), ...(spent.without ? { usdWithoutMachines: spent.without } : {}) }
