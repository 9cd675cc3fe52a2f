import { expect, test } from '@jest/globals'
import { ensureMemory, memoryOf } from '../../../src/local-cloud/front/ensure-memory.ts'

const sizes: [number, number, number][] = [
  [3, 0, 3680],
  [3, 3, 4601],
  [1, 0, 1427],
]
test.each(sizes)('%d servers and %d agents of a genuine RKE2 need %d MiB', (servers, agents, mib) => {
  expect(memoryOf({ servers, agents })).toBe(mib)
  expect(() => ensureMemory({ servers, agents }, mib)).not.toThrow()
  expect(() => ensureMemory({ servers, agents }, mib - 1)).toThrow(
    new RegExp(
      `^${servers} servers and ${agents} agents of a genuine RKE2 need .* GiB of memory, and .* GiB are free`,
    ),
  )
})
