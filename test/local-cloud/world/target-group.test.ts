import { expect, test } from '@jest/globals'
import { afterCheck, HEALTH_CHECK, UNCHECKED } from '../../../src/local-cloud/world/target-group.ts'

const settings = { ...HEALTH_CHECK, healthyThreshold: 3, unhealthyThreshold: 2 }
const verdictAfter = (checks: string) =>
  [...checks].reduce((result, mark) => afterCheck(result, mark === '+', settings), UNCHECKED).verdict

test.each([
  ['', 'initial'],
  ['++', 'initial'],
  ['+++', 'healthy'],
  ['++-++', 'initial'],
  ['--', 'unhealthy'],
  ['+++-', 'healthy'],
  ['+++-+-', 'healthy'],
  ['+++--', 'unhealthy'],
  ['+++--++', 'unhealthy'],
  ['+++--+++', 'healthy'],
])('checks %p make a target %s', (checks, verdict) => {
  expect(verdictAfter(checks)).toBe(verdict)
})
