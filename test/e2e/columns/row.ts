import type { Report } from '../../../src/report/report.ts'
import type { Cloud, Run } from '../cloud.ts'

/** One of the control planes that a local cloud may have, under a cluster that its rows build, break and take away. */
export interface Column {
  cloud: Cloud
  /** Of the verification of the whole cluster: rows that come after it read it. */
  report?: Report
}

export interface Seen {
  verdict: Report['findings'][number]['status']
  /** Why it is so, in words that are the same each time. */
  cause: string
  /** By what it was seen, this time. */
  evidence: string
}

export interface Row {
  kind: 'phase' | 'check' | 'drill' | 'fault'
  name: string
  /** @throws Error when what was seen is not what the row stands for. */
  run(column: Column): Promise<Seen>
  /** Why the columns may differ in verdict or cause. Without it they may not. */
  differs?: string
}

export const CLUSTER = 'columns'
export const SERVERS = [1, 2, 3].map((index) => `${CLUSTER}-server-${index}`)

// An annotation's properties, or time and phase of a line of the log.
const PREFIX = /^(::\w+.*?::)?\s*([\d.]+s\s+\S+\s+)?/

/** What a run said of itself. Its cause is what `said` matches. @throws Error when it ended otherwise, or said nothing of it. */
export function seenIn({ exitCode, log }: Run, verdict: 'pass' | 'fail', said: RegExp): Seen {
  const lines = log.replaceAll('%0A', '\n').split('\n')
  const line = lines.find((one) => said.test(one))
  if (line === undefined || (exitCode === 0) !== (verdict === 'pass'))
    throw new Error(`ended with ${exitCode}; asked for ${verdict} and ${said}:\n${log}`)
  return { verdict, cause: said.exec(line)?.[0] ?? '', evidence: line.replace(PREFIX, '') }
}

/** Breaks, looks and mends, whatever the look says. */
export async function whileBroken(mend: () => Promise<unknown>, look: () => Promise<Seen>): Promise<Seen> {
  try {
    return await look()
  } finally {
    await mend()
  }
}
