import { spentText } from '../cluster/price.ts'
import { runUrl } from '../github/run-url.ts'
import { plain, table } from '../kit/markdown-table.ts'
import type { Sweep, SweptCluster } from '../phases/sweep.ts'

const COLUMNS = [
  ...['cluster', 'what became of it', 'why', 'made by'],
  { right: 'cost so far, USD' },
  'what it consisted of',
]

/** The job summary of a sweep. Tags are written by others: nothing of them may end a cell or become markup. */
export function sweepMarkdown({ clusters, leases }: Omit<Sweep, 'failures'>, dryRun: boolean): string {
  const title = `## Sweep${dryRun ? ' (dry run: nothing was done)' : ''}`
  const found = clusters.length
    ? table(COLUMNS, clusters.map(row))
    : 'No cluster carries rke2-action’s tags in this region.'
  const lapsed = leases.length
    ? [`Of these nothing stood but lapsed leases, which cost nothing: ${leases.map(plain).join(', ')}`]
    : []
  return [title, found, ...lapsed].join('\n\n')
}

const row = (swept: SweptCluster) =>
  [
    ...[swept.name, became(swept), swept.why, `${swept.repository} ${runUrl(swept)}`],
    ...[costOf(swept), partsOf(swept)],
  ].map(plain)

function became({ fate, removed }: SweptCluster): string {
  if (fate === 'keep') return 'stays'
  if (fate === 'mark') return 'marked'
  return removed ? 'removed' : 'to be removed'
}

const costOf = ({ spent }: SweptCluster) => (spent ? spentText(spent) : '')

const partsOf = ({ stood }: SweptCluster) =>
  Object.entries(stood)
    .filter(([, items]) => items.length)
    .map(([kind, items]) => `${items.length} ${kind}`)
    .join(', ')
