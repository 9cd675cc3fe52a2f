import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startCloud } from '../cloud.ts'
import type { Column, Row, Seen } from './row.ts'
import { ROWS } from './rows.ts'
import { type ControlPlane, judged, readTable, withColumn, writeTable } from './table.ts'

const FILE = new URL('README.md', import.meta.url)

/** Declares a test for each row with one control plane, and one that holds what they saw against the table that is committed. */
export function columnTests(controlPlane: ControlPlane): void {
  const column = {} as Column
  const seen = new Map<Row, Seen>()
  beforeAll(async () => {
    column.cloud = await startCloud(controlPlane)
  }, 60_000)
  afterAll(() => column.cloud?.stop())

  test.each(ROWS.map((row) => [`${row.kind}: ${row.name}`, row] as const))(
    '%s',
    async (_, row) => {
      seen.set(row, await row.run(column))
    },
    300_000,
  )

  test('the table is what was seen', () => {
    const text = readFileSync(FILE, 'utf8')
    const written = readTable(text)
    const lines = withColumn(written, controlPlane, ROWS, seen)
    if (JSON.stringify(judged(lines)) === JSON.stringify(judged(written.values()))) return
    writeFileSync(FILE, writeTable(text, lines))
    // Stale until now, freshly written: look at it, then commit it.
    expect(judged(lines)).toEqual(judged(written.values()))
  })
}
