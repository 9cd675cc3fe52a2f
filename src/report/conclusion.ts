import type { Finding, Report } from './report.ts'

/** What the report comes to, in words that follow the cluster's name: "is highly available". */
export function conclusionOf({ verdict, findings, topology }: Report): string {
  const failed = findings.filter(({ status }) => status === 'fail').map(({ name }) => name)
  if (verdict === 'fail') return `is not: ${failed.join(', ') || 'nothing was checked'}`
  const servers = topology.filter(({ role }) => role === 'server').length
  return servers === 1 ? 'is well (one server: no fault tolerance)' : 'is highly available'
}

/** What was looked at, and for how long. */
export function scopeOf({ topology, rke2Version, region, seconds }: Report): string {
  const servers = topology.filter(({ role }) => role === 'server').length
  const agents = topology.length - servers
  return `${counted(servers, 'server')} and ${counted(agents, 'agent')}, RKE2 ${rke2Version}, ${region}; looked at for ${seconds.toFixed(0)} s.`
}

export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** `3.4 s`, `120`. */
export function amountOf({ value, unit }: Finding['figures'][number]): string {
  if (unit === 'count') return String(value)
  return `${(unit === 'ms' ? value / 1000 : value).toFixed(1)} s`
}
