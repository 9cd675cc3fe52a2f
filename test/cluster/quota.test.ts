import { expect, test } from '@jest/globals'
import { quotaUse, vcpuQuota, vcpusByQuota } from '../../src/cluster/quota.ts'

test.each([
  ['t3.large', 'L-1216C47A'],
  ['m7g.xlarge', 'L-1216C47A'],
  ['im4gn.large', 'L-1216C47A'],
  ['g5.xlarge', 'L-DB2E81BA'],
  ['inf2.xlarge', 'L-1945791B'],
  ['p4d.24xlarge', 'L-417A185B'],
  ['hpc7g.4xlarge', undefined],
  ['trn1.2xlarge', undefined],
])('%s counts for %s', (type, code) => {
  expect(vcpuQuota(type)?.code).toBe(code)
})

test('types of one class add up', () => {
  const instances = new Map([
    ['t3.large', 3],
    ['m7g.xlarge', 2],
    ['g5.xlarge', 1],
    ['trn1.2xlarge', 9],
  ])
  const cpus = new Map([
    ['t3.large', 2],
    ['m7g.xlarge', 4],
    ['g5.xlarge', 4],
  ])
  expect([...vcpusByQuota(instances, cpus)].map(([{ code }, count]) => [code, count])).toEqual([
    ['L-1216C47A', 14],
    ['L-DB2E81BA', 4],
  ])
})

test.each([
  [10, 4, 6, false],
  [10, 4, 7, true],
  // Whoever passed it: a run that adds nothing is not stopped by it.
  [10, 12, 0, false],
])('of %i, %i used and %i needed', (value, used, needed, passed) => {
  const quota = { serviceCode: 'ec2', code: 'L-1', name: 'x' }
  expect(quotaUse(quota, value, used, needed).passed).toBe(passed)
})
