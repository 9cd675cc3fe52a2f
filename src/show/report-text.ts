import { styleText } from 'node:util'
import { amountOf, conclusionOf, scopeOf } from '../report/conclusion.ts'
import type { Finding, Report } from '../report/report.ts'

const MARKS = {
  pass: styleText('green', '✓'),
  warn: styleText('yellow', '!'),
  fail: styleText('red', '✗'),
  skip: styleText('dim', '-'),
} as const

/** The report for a person at a terminal of so many columns; another view of ha-report.json. */
export function reportText(report: Report, width: number): string {
  const measured = report.findings.filter(({ kind, figures }) => kind === 'drill' && figures.length)
  return [
    `  ${MARKS[report.verdict]} ${styleText('bold', `${report.cluster} ${conclusionOf(report)}`)}\n    ${scopeOf(report)}`,
    findingLines(report.findings, width),
    ...measured.map(drillLines),
    topologyLines(report),
  ].join('\n\n')
}

function findingLines(findings: readonly Finding[], width: number): string {
  const column = longest(findings.map(({ name }) => name))
  const indent = column + 6
  return findings
    .map(({ status, name, detail, remedy }) => {
      const words = remedy === undefined ? detail : `${detail} → ${remedy}`
      const lines = wrapped(words, width - indent).join(`\n${' '.repeat(indent)}`)
      return `  ${MARKS[status]} ${name.padEnd(column)}  ${lines}`
    })
    .join('\n')
}

const drillLines = ({ name, figures }: Finding) =>
  `  ${styleText('bold', `Drill ${name}`)}\n${aligned(figures.map((figure) => [figure.name, amountOf(figure)]))}`

const topologyLines = ({ topology }: Report) =>
  `  ${styleText('bold', 'Topology')}\n${aligned(
    topology.map((one) => [one.name, one.zone, one.instanceType, one.instanceId, one.address]),
  )}`

/** A table, indented, each column as wide as its longest cell. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => longest(rows.map((row) => row[column] ?? ''))) ?? []
  return rows
    .map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n')
}

const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length))

/** Lines of at most so many columns, broken between words; a longer word stays whole. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
