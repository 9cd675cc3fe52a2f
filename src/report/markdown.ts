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

function headline({ verdict, cluster, region, rke2Version, findings, seconds, topology }: Report): string {
  const failed = findings.filter(({ status }) => status === 'fail')
  const servers = topology.filter(({ role }) => role === 'server').length
  const agents = topology.length - servers
  const words =
    verdict === 'pass'
      ? 'is highly available'
      : `is not: ${failed.map(({ name }) => name).join(', ') || 'nothing was checked'}`
  return [
    `## ${verdict === 'pass' ? '✅' : '❌'} \`${cluster}\` ${verdict === 'pass' && servers === 1 ? 'is well (one server: no fault tolerance)' : words}`,
    `${servers} ${servers === 1 ? 'server' : 'servers'} and ${agents} ${agents === 1 ? 'agent' : 'agents'}, RKE2 ${rke2Version}, ${region}; looked at for ${seconds.toFixed(0)} s.`,
  ].join('\n\n')
}

const findingsTable = (findings: readonly Finding[]) =>
  [
    '| | check | what was seen | time |',
    '|---|---|---|--:|',
    ...findings.map(
      ({ status, name, detail, seconds }) =>
        `| ${MARKS[status]} | ${name} | ${cell(detail)} | ${seconds.toFixed(1)} s |`,
    ),
  ].join('\n')

const trouble = ({ status, name, claim, detail, remedy }: Finding) =>
  [
    `### ${MARKS[status]} ${name}`,
    `Expected: ${cell(claim)}  \nSeen: ${cell(detail)}  \n**What to do:** ${cell(remedy ?? '')}`,
  ].join('\n\n')

const drillFigures = ({ name, figures }: Finding) =>
  [
    `### Drill ${name}`,
    [
      '| measured | |',
      '|---|--:|',
      ...figures.map((figure) => `| ${figure.name} | ${amount(figure)} |`),
    ].join('\n'),
  ].join('\n\n')

const amount = ({ value, unit }: Finding['figures'][number]) => {
  if (unit === 'count') return String(value)
  return `${(unit === 'ms' ? value / 1000 : value).toFixed(1)} s`
}

// Beyond this a table is no longer read.
const ROWS = 60

function topologyTable({ topology }: Report): string {
  const rows = topology
    .slice(0, ROWS)
    .map(
      (one) =>
        `| ${one.name} | ${one.role} | ${one.zone} | ${one.instanceType} | \`${one.instanceId}\` | ${one.address} |`,
    )
  const more = topology.length > ROWS ? `\n\n… and ${topology.length - ROWS} more.` : ''
  return `### Topology\n\n${['| node | role | zone | type | instance | address |', '|---|---|---|---|---|---|', ...rows].join('\n')}${more}`
}

function evidence(findings: readonly Finding[]): string {
  const lines = findings
    .filter((finding) => finding.evidence.length)
    .map((finding) => `${finding.name}\n${finding.evidence.map((line) => `  ${line}`).join('\n')}`)
  return `<details><summary>Evidence</summary>\n\n\`\`\`text\n${lines.join('\n').replaceAll('```', "'''")}\n\`\`\`\n\n</details>`
}

/** One line that can't end its cell or become markup. */
const cell = (text: string) =>
  text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('`', "'")
