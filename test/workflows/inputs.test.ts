import { describe, expect, test } from '@jest/globals'
import {
  actionOf,
  callInputsOf,
  type Inputs,
  jobs,
  ownPath,
  reusable,
  steps,
  workflowOf,
} from './workflow-files.ts'

// An input that an action doesn't have is a warning on GitHub, and the value is lost; act and actionlint see neither.

const passed = [...steps, ...jobs].flatMap(([name, { uses = '', with: given }]) => {
  const path = ownPath(uses)
  return path ? [[name, path, given] as const] : []
})

test.each(passed)('%s → %s: only inputs that it has, and all that it requires', (_, path, given) => {
  const inputs = path.endsWith('.yml') ? callInputsOf(path) : actionOf(`${path}/action.yml`).inputs
  const required = Object.keys(inputs).filter(
    (name) => inputs[name]?.required && inputs[name].default === undefined,
  )
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)))
  expect(Object.keys(given)).toEqual(expect.arrayContaining(required))
})

// What a reusable workflow decides for itself, and the name, which it may choose for a cluster that nobody else sees.
const OWN = ['role-to-assume', 'teardown', 'cluster-name']

describe.each(reusable)('%s', (file) => {
  const actions = Object.values(workflowOf(file).jobs)
    .flatMap((job) => job.steps)
    .flatMap(({ uses = '' }): Inputs[] => {
      const path = ownPath(uses)
      return path ? [actionOf(`${path}/action.yml`).inputs] : []
    })

  test.each(Object.entries(callInputsOf(file)).filter(([name]) => !OWN.includes(name)))(
    '%s has the default of the action that it is for',
    (name, input) => {
      const theirs = actions.flatMap((inputs) => inputs[name] ?? [])
      expect(theirs.map((one) => String(one.default ?? ''))).toContain(String(input.default ?? ''))
    },
  )
})
