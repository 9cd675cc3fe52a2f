import { expect, test } from '@jest/globals'
import { readOutputs } from '../../src/show/run-action.ts'

test('reads outputs of several lines as the runner does', () => {
  const file =
    'verdict<<ghadelimiter_1\npass\nghadelimiter_1\ncluster<<ghadelimiter_2\n{\n"a": 1\n}\nghadelimiter_2\n'
  expect(readOutputs(file)).toEqual({ verdict: 'pass', cluster: '{\n"a": 1\n}' })
})
