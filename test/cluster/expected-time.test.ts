import { expect, test } from '@jest/globals'
import { expectedTime } from '../../src/cluster/expected-time.ts'

test.each([
  // The load balancer is what a quick start waits for; a slow one hides it.
  [1, false, [180, 395]],
  [3, false, [180, 425]],
  [3, true, [180, 467]],
  [7, true, [281, 611]],
])('%i servers, serial %s', (servers, serial, total) => {
  expect(expectedTime({ servers, serial }).total).toEqual(total)
})
