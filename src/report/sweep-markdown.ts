import { spentText } from '../cluster/price.ts'
import { runUrl } from '../github/run-url.ts'
import { plain, table } from '../kit/markdown-table.ts'
import type { SweptCluster } from '../phases/sweep.ts'

const COLUMNS = [
  ...['cluster', 'what became of it', 'why', 'made by'],
  { right: 'cost so far, USD' },
  'what it consisted of',
]

/** The job summary of a sweep. Tags are written by others: nothing of them may end a cell or become markup. */
export function sweepMarkdown(clusters: readonly SweptCluster[], dryRun: boolean): string {
  if (!clusters.length) return '## Sweep\n\nNo cluster carries rke2-action’s tags in this region.'
  return [`## Sweep${dryRun ? ' (dry run: nothing was done)' : ''}`, table(COLUMNS, clusters.map(row))].join(
    '\n\n',
  )
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
