import { usdText } from '../cluster/price.ts'
import { table } from '../kit/markdown-table.ts'
import type { Plan } from '../phases/plan/plan-cluster.ts'
import type { TriedCall } from '../phases/plan/plan-permissions.ts'

const MARKS = { create: '+', keep: '=', start: '▶', extra: '!' } as const
const WORDS = {
  create: 'would be made',
  keep: 'is there',
  start: 'would be started',
  extra: 'is more than asked for, and stays',
} as const

/** The plan as Markdown for the job summary. */
export function planMarkdown(plan: Plan): string {
  return [
    headline(plan),
    ...strangersList(plan),
    resourcesTable(plan),
    zonesTable(plan),
    timeTable(plan),
    costTable(plan),
    quotasTable(plan),
    callsTable(plan),
    rightsTable(plan),
  ].join('\n\n')
}

export function headlineOf({ cluster, exists, resources }: Plan): string {
  const made = resources.filter(({ change }) => change === 'create').length
  if (made === 0) return `${cluster} is there: nothing would be made`
  return exists ? `${cluster} is there in part: ${made} more would be made` : `${cluster} would be made anew`
}

const headline = (plan: Plan) =>
  [
    `## Plan: ${headlineOf(plan)}`,
    `RKE2 ${plan.rke2Version} in ${plan.region}, ${plan.vpc}, until ${plan.expiresAt}. Nothing was created.`,
  ].join('\n\n')

const strangersList = ({ strangers }: Plan) =>
  strangers.length ? [strangers.map((one) => `- ❌ ${one}`).join('\n')] : []

const resourcesTable = ({ resources }: Plan) =>
  table(
    ['', 'resource', 'name', 'what a run does', ''],
    resources.map(({ kind, name, change, detail }) => [
      MARKS[change],
      kind,
      `\`${name}\``,
      WORDS[change],
      detail,
    ]),
  )

const zonesTable = ({ zones }: Plan) =>
  [
    '### Zones',
    table(
      ['zone', { right: 'servers' }, { right: 'agents' }],
      zones.map(({ zone, servers, agents }) => [zone, `${servers}`, `${agents}`]),
    ),
  ].join('\n\n')

const timeTable = ({ time }: Plan) =>
  [
    `### Expected time: ${minutes(time.total)}`,
    table(
      ['step', { right: 'time' }, 'by'],
      time.steps.map(({ what, seconds, source }) => [what, minutes(seconds), source]),
    ),
  ].join('\n\n')

/** `35 s`, `1 to 7 min`. */
function minutes([least, most]: readonly [number, number]): string {
  if (least === most) return `${least} s`
  return most < 90
    ? `${least} to ${most} s`
    : `${Math.round(least / 6) / 10} to ${Math.round(most / 6) / 10} min`
}

function costTable({ cost: estimate, expiresAt }: Plan): string {
  if ('unknown' in estimate) return `### Cost: not known\n\n${estimate.unknown}.`
  const { lines, usdPerHour, usdUntilExpiry } = estimate.cost
  return [
    `### Cost: ${usdPerHour.toFixed(3)} USD an hour, ${usdText(usdUntilExpiry)} USD until ${expiresAt}`,
    table(
      ['', { right: 'quantity' }, { right: 'USD a unit' }, { right: 'USD an hour' }],
      lines.map((line) => [
        line.what,
        `${line.quantity} ${line.unit === 'GB-Mo' ? 'GB' : ''}`,
        `${line.usdPerUnit} ${line.unit === 'GB-Mo' ? 'a GB-month' : 'an hour'}`,
        line.usdPerHour.toFixed(4),
      ]),
    ),
    'By AWS’s price list, on demand and before discounts. Traffic and capacity units of the load balancer come on top.',
  ].join('\n\n')
}

function quotasTable({ quotas: asked }: Plan): string {
  if (!('quotas' in asked)) return `### Quotas: not known\n\n${asked.unknown}.`
  if (!asked.quotas.length) return '### Quotas\n\nA run adds to none.'
  return [
    '### Quotas',
    table(
      ['', 'quota', { right: 'has' }, { right: 'in use' }, { right: 'a run adds' }],
      asked.quotas.map(({ name, value, used, needed, passed }) => [
        passed ? '❌' : '✅',
        name,
        ...[value, used, needed].map(String),
      ]),
    ),
    ...(asked.unknown ? [`Others are not known: ${asked.unknown}.`] : []),
  ].join('\n\n')
}

function rightsTable({ rights }: Plan): string {
  if ('unknown' in rights) return `### Rights by IAM’s simulator: not known\n\n${rights.unknown}.`
  const asked = rights.policies.map((policy) => `policies/${policy}.json`).join(' and ')
  const unclear = rights.unclear.map(({ action, keys }) => `\`${action}\` (hangs on ${keys.join(', ')})`)
  const untold = unclear.length ? [`It can’t tell of ${unclear.join(', ')}.`] : []
  const heading = '### Rights by IAM’s simulator'
  if (!rights.denied.length) {
    const which = untold.length ? 'other right' : 'right'
    const all = `Every ${which} that a run needs of ${asked} is there. Those of teardown and sweep were not asked.`
    return [heading, ...untold, all].join('\n\n')
  }
  return [
    heading,
    ...untold,
    table(
      ['action', 'on', ''],
      rights.denied.map(({ action, resource, byBoundary }) => [
        `❌ \`${action}\``,
        `\`${resource}\``,
        byBoundary ? 'the permissions boundary does not allow it' : 'not allowed',
      ]),
    ),
  ].join('\n\n')
}

function callsTable({ calls }: Plan): string {
  if (!calls.length) return '### Permissions\n\nNo call that EC2 could try would be made.'
  return [
    '### Permissions, tried with EC2’s DryRun',
    table(
      ['', 'call', 'EC2 says'],
      calls.map((tried) => [markOf(tried), tried.call, tried.refusal || wordsOf(tried)]),
    ),
  ].join('\n\n')
}

function markOf({ allowed, refusal }: TriedCall): string {
  if (allowed === undefined) return '❔'
  if (!allowed) return '❌'
  return refusal ? '⚠️' : '✅'
}

const wordsOf = ({ allowed }: TriedCall) =>
  allowed === undefined
    ? 'can’t be told before its security group is there: EC2 tries it with the VPC’s default group, which this role may not use'
    : 'would have succeeded'
