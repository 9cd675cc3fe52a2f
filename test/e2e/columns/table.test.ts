import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { allActions } from '../../../src/actions/all-actions.ts'
import type { Row, Seen } from './row.ts'
import { ROWS } from './rows.ts'
import { faultsOf, judged, readTable, withColumn, writeTable } from './table.ts'

const text = readFileSync(new URL('README.md', import.meta.url), 'utf8')

test('the table that is committed has both columns of every row, equal or with the reason', () => {
  const written = readTable(text)
  expect([...written.keys()]).toEqual(ROWS.map(({ kind, name }) => `${kind}: ${name}`))
  expect(faultsOf(written.values())).toEqual([])
})

test('every action on one cluster has a row', () => {
  // The root action is the one that is killed while it provisions and joins; sweep is of many clusters, plan of none.
  const doors = allActions.map(({ id }) => id).filter((id) => !['.', 'plan', 'sweep'].includes(id))
  const names = ROWS.filter(({ kind }) => kind === 'phase').map(({ name }) => name)
  expect(doors.filter((door) => !names.some((name) => name.startsWith(door)))).toEqual([])
})

const row = (name: string, differs?: string): Row => ({
  kind: 'fault',
  name,
  run: () => Promise.reject(new Error('never run')),
  ...(differs === undefined ? {} : { differs }),
})
const told = (verdict: Seen['verdict'], cause: string): Seen => ({ verdict, cause, evidence: 'a | b' })

test('a row that was not run, differs for no reason, or gives a reason for nothing is a fault', () => {
  const rows = [
    row('equal'),
    row('unequal'),
    row('explained', 'because'),
    row('needless', 'because'),
    row('left'),
  ]
  const light = new Map(rows.slice(0, 4).map((one) => [one, told('pass', 'x')]))
  const upstream = new Map(rows.map((one, at) => [one, told([1, 2].includes(at) ? 'fail' : 'pass', 'x')]))
  const half = withColumn(new Map(), 'light', rows, light)
  expect(faultsOf(half)).toHaveLength(5)
  const markdown = writeTable(text, half)
  const whole = withColumn(readTable(markdown), 'upstream', rows, upstream)
  expect(faultsOf(whole).map((fault) => fault.split(':')[1])).toEqual([' unequal', ' needless', ' left'])
  expect(judged(readTable(writeTable(markdown, whole)).values())).toEqual(judged(whole))
})
