import * as z from 'zod'
import { duration, list } from '../cluster/values.ts'
import { CHECK_NAMES, DRILL_NAMES } from './check-names.ts'

const oneOf = (names: readonly string[], kind: string) => (item: string) =>
  names.includes(item.replace(/^!/, ''))
    ? undefined
    : `no ${kind} is called "${item}": choose from ${names.join(', ')}`

/** Inputs of every action that verifies. */
export const verifyInputs = {
  checks: list((item) => (item === 'all' ? undefined : oneOf(CHECK_NAMES, 'check')(item)))
    .prefault('all')
    .describe(`Checks to run: all, or some of ${CHECK_NAMES.join(', ')}; !name leaves one out.`),
  drills: list(oneOf(DRILL_NAMES, 'drill'))
    .prefault('none')
    .describe(
      `Drills to run after the checks, when all is well: none, or ${DRILL_NAMES.join(', ')}. They break something on purpose, measure, and heal it.`,
    ),
  'settle-time': duration
    .prefault('60s')
    .describe('A check that fails is asked again for so long: a node may still be starting.'),
  'longest-write-gap': duration
    .prefault('20s')
    .describe('For the drill lose-one-server: how long writes may stop at most.'),
  'report-path': z
    .string()
    .optional()
    .describe('Where to write the report. Default: ha-report.json in RUNNER_TEMP.'),
}
