import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { silentLog } from '../../src/kit/log.ts'
import { publishReport } from '../../src/report/publish.ts'
import { type Report, reportSchema } from '../../src/report/report.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'report-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

const report = (status: 'pass' | 'fail'): Report => ({
  version: 1,
  cluster: 'pr-42',
  region: 'eu-west-1',
  rke2Version: 'v1.35.4+rke2r1',
  verdict: status,
  startedAt: '2026-11-21T15:00:00.000Z',
  seconds: 12.3,
  findings: [
    {
      kind: 'check',
      name: 'etcd',
      claim: 'C.',
      status,
      detail: 'quorum lost',
      remedy: 'Bring back 1.',
      evidence: [],
      figures: [],
      seconds: 1,
    },
  ],
  topology: [],
})

function publishing() {
  const outputs: Record<string, string> = {}
  const summaries: string[] = []
  const kit = {
    log: silentLog,
    tempDirectory: directory,
    output: (name: string, value: string) => {
      outputs[name] = value
    },
    summary: async (markdown: string) => {
      summaries.push(markdown)
    },
  }
  return { kit, outputs, summaries }
}

test('a good report: file, outputs and summary', async () => {
  const { kit, outputs, summaries } = publishing()
  await publishReport(report('pass'), kit)
  expect(outputs).toEqual({ verdict: 'pass', 'report-path': join(directory, 'ha-report.json') })
  expect(reportSchema.parse(JSON.parse(await readFile(join(directory, 'ha-report.json'), 'utf8')))).toEqual(
    report('pass'),
  )
  expect(summaries).toHaveLength(1)
})

test('a bad report is shown everywhere before it fails the step', async () => {
  const { kit, outputs, summaries } = publishing()
  const path = join(directory, 'mine.json')
  await expect(publishReport(report('fail'), kit, path)).rejects.toThrow(
    'pr-42 is not highly available: etcd',
  )
  expect(outputs).toEqual({ verdict: 'fail', 'report-path': path })
  expect(summaries[0]).toMatch(/Bring back 1/)
})
