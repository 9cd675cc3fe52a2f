import type { Row, Seen } from './row.ts'

const CONTROL_PLANES = ['light', 'upstream'] as const
export type ControlPlane = (typeof CONTROL_PLANES)[number]

/** A row of the table as it is written: verdict and cause of each column, and by what each was seen when it was written last. */
export interface Line {
  row: string
  found: Record<ControlPlane, string>
  evidence: Record<ControlPlane, string>
  differs: string
}

const NOT_RUN = 'not run'
const HEAD = `| | ${CONTROL_PLANES.join(' | ')} | ${CONTROL_PLANES.map((name) => `seen with ${name}`).join(' | ')} | why they differ |`
const RULE = '|---|---|---|---|---|---|'

const nameOf = ({ kind, name }: Row) => `${kind}: ${name}`
const cell = (text: string) => text.replaceAll('|', '/').replaceAll(/\s+/g, ' ').trim().slice(0, 200)
const foundOf = (seen: Seen | undefined) => (seen ? cell(`${seen.verdict}: ${seen.cause}`) : NOT_RUN)

/** The lines of a table that was written, by row. */
export function readTable(markdown: string): Map<string, Line> {
  const table = markdown.slice(markdown.indexOf(RULE) + RULE.length).trim()
  const rows = table.split('\n').filter((line) => line.startsWith('|'))
  const lines = rows.map((line): Line => {
    const [row = '', light = '', upstream = '', byLight = '', byUpstream = '', differs = ''] = line
      .slice(1)
      .split('|')
      .map((text) => text.trim())
    return { row, found: { light, upstream }, evidence: { light: byLight, upstream: byUpstream }, differs }
  })
  return new Map(lines.map((line) => [line.row, line]))
}

/** What stands before the table is kept. */
export function writeTable(markdown: string, lines: readonly Line[]): string {
  const before = markdown.slice(0, markdown.indexOf(HEAD))
  const rows = lines.map(
    ({ row, found, evidence, differs }) =>
      `| ${[row, found.light, found.upstream, evidence.light, evidence.upstream, differs].join(' | ')} |`,
  )
  return `${before}${[HEAD, RULE, ...rows].join('\n')}\n`
}

/** The table with one of its columns as it was seen now; the other one as it was written. */
export function withColumn(
  written: ReadonlyMap<string, Line>,
  controlPlane: ControlPlane,
  rows: readonly Row[],
  seen: ReadonlyMap<Row, Seen>,
): Line[] {
  return rows.map((row) => {
    const old = written.get(nameOf(row))
    const now = seen.get(row)
    const found = { light: NOT_RUN, upstream: NOT_RUN, ...old?.found, [controlPlane]: foundOf(now) }
    const evidence = { light: '', upstream: '', ...old?.evidence, [controlPlane]: cell(now?.evidence ?? '') }
    return { row: nameOf(row), found, evidence, differs: row.differs ?? '' }
  })
}

/** Evidence is never the same twice: what must be is the rows, their verdicts and their causes. */
export const judged = (lines: Iterable<Line>) =>
  [...lines].map(({ row, found, differs }) => ({ row, ...found, differs }))

/** What is wrong with a table: a row that was not run, columns that differ for no reason, or a reason for nothing. */
export function faultsOf(lines: Iterable<Line>): string[] {
  return [...lines].flatMap(({ row, found, differs }) => {
    const { light, upstream } = found
    if ([light, upstream].includes(NOT_RUN)) return [`${row}: not run`]
    if ((light === upstream) === (differs === '')) return []
    return [`${row}: light "${light}", upstream "${upstream}", because "${differs}"`]
  })
}
