import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { ALL_CHECKS } from '../../src/checks/all-checks.ts'
import { selectChecks } from '../../src/checks/select-checks.ts'
import { verifyInputs } from '../../src/checks/verify-inputs.ts'

const ALL = ALL_CHECKS.map(({ name }) => name)
const inputs = z.object(verifyInputs)

test.each<[string, string[]]>([
  ['all', ALL],
  ['etcd, api', ['etcd', 'api']],
  ['api\netcd', ['etcd', 'api']],
  ['!zones', ALL.filter((name) => name !== 'zones')],
  ['all,!conformance', ALL.filter((name) => name !== 'conformance')],
  ['etcd,!etcd', []],
])('checks: %j', (checks, names) => {
  const { chosen, left } = selectChecks(inputs.parse({ checks }).checks)
  expect(chosen.map(({ name }) => name)).toEqual(names)
  expect([...chosen, ...left]).toHaveLength(ALL.length)
})

test('defaults: every check, no drill, a minute to settle', () => {
  expect(inputs.parse({})).toEqual({
    checks: ['all'],
    drills: [],
    'settle-time': 60,
    'longest-write-gap': 20,
  })
})

test('all faults at once, with the names there are', () => {
  const { error } = inputs.safeParse({ checks: 'etdc', drills: 'lose-all', 'settle-time': 'long' })
  expect(error?.issues.map(({ path, message }) => `${String(path[0])}: ${message}`)).toEqual([
    `checks: no check is called "etdc": choose from ${ALL.join(', ')}`,
    'drills: no drill is called "lose-all": choose from lose-one-server',
    'settle-time: write a number and s, m, h or d: 90s, 15m, 2h',
  ])
})

test('names are kebab-case and unique, claims are sentences', () => {
  expect(new Set(ALL).size).toBe(ALL.length)
  for (const { name, claim } of ALL_CHECKS) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(claim).toMatch(/^[A-Z].*\.$/)
  }
})
