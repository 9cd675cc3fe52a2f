import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Difference } from './compare.ts'

const table = join(import.meta.dirname, 'differences.md')
const COLUMNS = ['operation', 'where', 'ours', 'theirs'] as const

/** The rows of differences.md. */
export function knownDifferences(): Difference[] {
  const rows = readFileSync(table, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
  return rows.slice(1).map((row) => {
    const cells = row.split('|').map((cell) => cell.trim())
    const [, operation = '', where = '', ours = '', theirs = ''] = cells
    return { operation, where, ours, theirs }
  })
}

/** Whether a row speaks of a difference; `*` in it stands for anything. */
export function isOf(row: Difference, found: Difference): boolean {
  return COLUMNS.every((column) => {
    const parts = row[column].split('*').map((part) => part.replace(/[.[\]]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`).test(found[column])
  })
}
