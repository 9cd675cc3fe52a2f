import * as z from 'zod'

const figure = z.object({ name: z.string(), value: z.number(), unit: z.enum(['ms', 's', 'count']) })

const finding = z.object({
  kind: z.enum(['check', 'drill']),
  name: z.string(),
  /** What holds when it passes. */
  claim: z.string(),
  status: z.enum(['pass', 'fail', 'warn', 'skip']),
  /** What was seen, or why it was skipped. */
  detail: z.string(),
  /** What to do; always there for fail and warn. */
  remedy: z.string().optional(),
  evidence: z.array(z.string()),
  figures: z.array(figure),
  seconds: z.number(),
})

const machine = z.object({
  name: z.string(),
  role: z.enum(['server', 'agent']),
  zone: z.string(),
  instanceId: z.string(),
  instanceType: z.string(),
  address: z.string(),
})

/** ha-report.json. Everything else that is told of a verification is a view of it. It holds no secret. */
export const reportSchema = z.object({
  version: z.literal(1),
  cluster: z.string(),
  region: z.string(),
  rke2Version: z.string(),
  verdict: z.enum(['pass', 'fail']),
  /** ISO 8601 */
  startedAt: z.string(),
  seconds: z.number(),
  findings: z.array(finding),
  topology: z.array(machine),
})

export type Report = z.output<typeof reportSchema>
export type Finding = Report['findings'][number]

/** Why a check that nobody asked for was skipped. */
export const NOT_CHOSEN = 'not chosen'

/** One failure fails all; so does a list in which nothing was looked at. */
export function verdictOf(findings: readonly Pick<Finding, 'status'>[]): Report['verdict'] {
  const looked = findings.some(({ status }) => status === 'pass' || status === 'warn')
  return looked && findings.every(({ status }) => status !== 'fail') ? 'pass' : 'fail'
}
