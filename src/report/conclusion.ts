import { counted } from '../kit/counted.ts'
import { type Finding, NOT_CHOSEN, type Report } from './report.ts'

/** What the report comes to, in words that follow the cluster's name: "is highly available", when all of it was looked at. */
export function conclusionOf({ verdict, findings, topology }: Report): string {
  const failed = namesOf(findings, ({ status }) => status === 'fail')
  const warned = namesOf(findings, ({ status }) => status === 'warn')
  if (verdict === 'fail') return `is not: ${failed.join(', ') || 'nothing was checked'}`
  const reserves = [
    ...reserveOf(
      'not asked',
      namesOf(findings, ({ detail }) => detail === NOT_CHOSEN),
    ),
    ...reserveOf('warned of', warned),
  ]
  if (reserves.length) return `passed what was asked (${reserves.join('; ')})`
  const servers = topology.filter(({ role }) => role === 'server').length
  if (servers === 1) return 'is well (one server: no fault tolerance)'
  // What is wanted and not there has failed its checks.
  return servers % 2
    ? 'is highly available'
    : `passed what was asked (${servers} servers tolerate no more than ${servers - 1} do)`
}

const namesOf = (findings: readonly Finding[], which: (finding: Finding) => boolean) =>
  findings.filter(which).map(({ name }) => name)

const reserveOf = (words: string, names: readonly string[]) =>
  names.length ? [`${words}: ${names.join(', ')}`] : []

/** What was looked at, and for how long. */
export function scopeOf({ topology, rke2Version, region, seconds }: Report): string {
  const servers = topology.filter(({ role }) => role === 'server').length
  const agents = topology.length - servers
  return `${counted(servers, 'server')} and ${counted(agents, 'agent')}, RKE2 ${rke2Version}, ${region}; looked at for ${seconds.toFixed(0)} s.`
}

/** `3.4 s`, `120`. */
export function amountOf({ value, unit }: Finding['figures'][number]): string {
  if (unit === 'count') return String(value)
  return `${(unit === 'ms' ? value / 1000 : value).toFixed(1)} s`
}
