import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { reportOutputs } from '../actions/outputs.ts'
import type { Kit } from '../kit/define-action.ts'
import { UserError } from '../kit/errors.ts'
import { announce } from './announce.ts'
import { reportMarkdown } from './markdown.ts'
import type { Report } from './report.ts'

/**
 * Shows a report everywhere: file, outputs, job summary, log and annotations, all of them before it fails the step.
 * @param path of the file; ha-report.json in the job's own directory when not given
 * @throws UserError when the verdict is fail
 */
export async function publishReport(
  report: Report,
  kit: Pick<Kit<keyof typeof reportOutputs>, 'log' | 'output' | 'summary' | 'tempDirectory'>,
  path = join(kit.tempDirectory, 'ha-report.json'),
): Promise<void> {
  kit.output('verdict', report.verdict)
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
  kit.output('report-path', path)
  await kit.summary(reportMarkdown(report))
  announce(report, kit.log)
  if (report.verdict === 'pass') return
  const failed = report.findings.filter(({ status }) => status === 'fail').map(({ name }) => name)
  throw new UserError(
    `${report.cluster} is not highly available: ${failed.join(', ') || 'nothing was checked'}`,
    {
      hint: 'What was seen and what to do is in the job summary and in the annotations.',
    },
  )
}
