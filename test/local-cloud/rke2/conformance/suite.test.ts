import { expect, test } from '@jest/globals'
import { selectTests, summary } from '../../../../src/local-cloud/rke2/conformance/suite.ts'

const run = () => Promise.resolve()
const all = ['[sig-node] Pods a [Conformance]', '[sig-network] Networking b [Conformance]'].map((name) => ({
  name,
  run,
}))

test.each([
  [undefined, undefined, 2],
  ['Pods a', undefined, 1],
  ['\\[Conformance\\]', 'sig-network', 1],
  ['nothing', undefined, 0],
])('focus %s skip %s selects %s', (focus, skip, count) => {
  expect(selectTests(all, focus, skip)).toHaveLength(count)
})

test('the end of the log reads as ginkgo v2 writes it', () => {
  const results = [
    { name: 'a', seconds: 1, failure: undefined },
    { name: 'b', seconds: 1, failure: 'broken' },
  ]
  expect(summary(results, 5, 2.5)).toEqual([
    '',
    'Summarizing 1 Failure:',
    '  [FAIL] b',
    '',
    'Ran 2 of 5 Specs in 2.500 seconds',
    'FAIL! -- 1 Passed | 1 Failed | 0 Pending | 3 Skipped',
    '--- FAIL: TestE2E',
  ])
  expect(summary(results.slice(0, 1), 5, 2.5)).toContain(
    'SUCCESS! -- 1 Passed | 0 Failed | 0 Pending | 4 Skipped',
  )
})
