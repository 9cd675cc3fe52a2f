import { plain, table } from '../kit/markdown-table.ts'
import { amountOf, conclusionOf, scopeOf } from './conclusion.ts'
import type { Finding, Report } from './report.ts'

const MARKS = { pass: '✅', warn: '⚠️', fail: '❌', skip: '➖' } as const

/** The job summary. Cells may hold text from nodes: nothing of it may end a cell or become markup. */
export function reportMarkdown(report: Report): string {
  return [
    headline(report),
    findingsTable(report.findings),
    ...report.findings.filter(({ status }) => status === 'fail' || status === 'warn').map(trouble),
    ...report.findings.filter(({ kind, figures }) => kind === 'drill' && figures.length).map(drillFigures),
    topologyTable(report),
    evidence(report.findings),
  ].join('\n\n')
}

const headline = (report: Report) =>
  [
    `## ${report.verdict === 'pass' ? '✅' : '❌'} \`${report.cluster}\` ${conclusionOf(report)}`,
    scopeOf(report),
  ].join('\n\n')

const findingsTable = (findings: readonly Finding[]) =>
  table(
    ['', 'check', 'what was seen', { right: 'time' }],
    findings.map(({ status, name, detail, seconds }) => [
      MARKS[status],
      name,
      plain(detail),
      `${seconds.toFixed(1)} s`,
    ]),
  )

const trouble = ({ status, name, claim, detail, remedy }: Finding) =>
  [
    `### ${MARKS[status]} ${name}`,
    `Expected: ${plain(claim)}  \nSeen: ${plain(detail)}  \n**What to do:** ${plain(remedy ?? '')}`,
  ].join('\n\n')

const drillFigures = ({ name, figures }: Finding) =>
  [
    `### Drill ${name}`,
    table(
      ['measured', { right: '' }],
      figures.map((figure) => [figure.name, amountOf(figure)]),
    ),
  ].join('\n\n')

// Beyond this a table is no longer read.
const ROWS = 60

function topologyTable({ topology }: Report): string {
  const rows = topology
    .slice(0, ROWS)
    .map(({ instanceId, ...one }) => [
      ...[one.name, one.role, one.zone, one.instanceType],
      ...[`\`${instanceId}\``, one.address],
    ])
  const more = topology.length > ROWS ? `\n\n… and ${topology.length - ROWS} more.` : ''
  return `### Topology\n\n${table(['node', 'role', 'zone', 'type', 'instance', 'address'], rows)}${more}`
}

function evidence(findings: readonly Finding[]): string {
  const lines = findings
    .filter((finding) => finding.evidence.length)
    .map((finding) => `${finding.name}\n${finding.evidence.map((line) => `  ${line}`).join('\n')}`)
  return `<details><summary>Evidence</summary>\n\n\`\`\`text\n${lines.join('\n').replaceAll('```', "'''")}\n\`\`\`\n\n</details>`
}
