import { expect, test } from '@jest/globals'
import { quotaUse, vcpuQuota, vcpusByQuota } from '../../src/cluster/quota.ts'

test.each([
  ['t3.large', 'L-1216C47A', 'L-34B43A08'],
  ['m7g.xlarge', 'L-1216C47A', 'L-34B43A08'],
  ['im4gn.large', 'L-1216C47A', 'L-34B43A08'],
  ['g5.xlarge', 'L-DB2E81BA', 'L-3819A6DF'],
  ['inf2.xlarge', 'L-1945791B', 'L-B5D1601B'],
  ['p4d.24xlarge', 'L-417A185B', 'L-7212CCBC'],
  ['hpc7g.4xlarge', undefined, undefined],
  ['trn1.2xlarge', undefined, undefined],
])('%s counts for %s, and for %s as a spot machine', (type, onDemand, spot) => {
  expect([vcpuQuota(type, 'on-demand')?.code, vcpuQuota(type, 'spot')?.code]).toEqual([onDemand, spot])
})

test('types of one class add up, each market by itself', () => {
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
  const byMarket = { 'on-demand': instances, spot: new Map([['t3.large', 1]]) }
  expect([...vcpusByQuota(byMarket, cpus)].map(([{ code }, count]) => [code, count])).toEqual([
    ['L-1216C47A', 14],
    ['L-DB2E81BA', 4],
    ['L-34B43A08', 2],
  ])
})

test.each([
  [10, 4, 6, false],
  [10, 4, 7, true],
  // Whoever passed it: a run that adds nothing is not stopped by it.
  [10, 12, 0, false],
])('of %i, %i used and %i needed', (value, used, needed, passed) => {
  const quota = { serviceCode: 'ec2', code: 'L-1', name: 'x', instead: 'y' }
  expect(quotaUse(quota, value, used, needed).passed).toBe(passed)
})
