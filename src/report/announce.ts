import type { Log } from '../kit/log.ts'
import { conclusionOf } from './conclusion.ts'
import type { Report } from './report.ts'

const MARKS = { pass: '✓', warn: '!', fail: '✗', skip: '-' } as const

/** The report in the log: a line a finding; failures and warnings become annotations of the run. */
export function announce(report: Report, log: Log): void {
  for (const { status, name, detail, remedy } of report.findings) {
    const line = `${MARKS[status]} ${name}: ${detail}`
    if (status === 'fail') log.error(`${line}\n→ ${remedy ?? ''}`)
    else if (status === 'warn') log.warning(`${line}\n→ ${remedy ?? ''}`)
    else log.info(line)
  }
  log.info(`${report.cluster} ${conclusionOf(report)}`)
}
