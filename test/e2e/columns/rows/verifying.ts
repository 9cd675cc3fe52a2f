import { readFileSync } from 'node:fs'
import { expect } from '@jest/globals'
import { ALL_CHECKS } from '../../../../src/checks/all-checks.ts'
import { ALL_DRILLS } from '../../../../src/drills/all-drills.ts'
import { reportSchema } from '../../../../src/report/report.ts'
import type { Row } from '../row.ts'
import { seenIn } from '../row.ts'
import { killed, NAMED, WHOLE } from './phases.ts'

const DRILLED = { ...NAMED, drills: ALL_DRILLS.map(({ name }) => name).join(',') }

/** One verification of everything; a row for each of its findings. */
export const VERIFYING: readonly Row[] = [
  killed(
    'verify-ha',
    DRILLED,
    /is being stopped; watching the writes/,
    'verify-ha, with a server without power,',
  ),
  {
    kind: 'phase',
    name: 'provision-nodes, which starts that server',
    run: async ({ cloud }) =>
      seenIn(await cloud.act('provision-nodes', WHOLE), 'pass', /was stopped: started again/),
  },
  {
    kind: 'phase',
    name: 'verify-ha',
    async run(column) {
      const run = await column.cloud.act('verify-ha', DRILLED)
      column.report = reportSchema.parse(JSON.parse(readFileSync(run.outputs['report-path'] ?? '', 'utf8')))
      expect(run.outputs['verdict']).toBe('pass')
      expect(run.summary).toContain('conformance')
      return seenIn(run, 'pass', /is highly available/)
    },
  },
  ...ALL_CHECKS.map(({ name }) => finding('check', name)),
  ...ALL_DRILLS.map(({ name }) => finding('drill', name)),
]

function finding(kind: 'check' | 'drill', name: string): Row {
  return {
    kind,
    name,
    run({ report }) {
      const found = report?.findings.find((one) => one.name === name)
      if (!found) throw new Error(`the report tells nothing of ${name}`)
      expect(found.status).toBe('pass')
      return Promise.resolve({ verdict: found.status, cause: found.claim, evidence: found.detail })
    },
  }
}
