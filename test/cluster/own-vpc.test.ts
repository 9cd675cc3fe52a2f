import { expect, test } from '@jest/globals'
import { chooseZones, missingSubnets } from '../../src/cluster/own-vpc.ts'

const pools = [{ instanceTypes: ['m7g.large', 't3.large'] }, { instanceTypes: ['c7g.large'] }]
const offers: Record<string, string[]> = { 't3.large': ['a', 'b', 'c', 'd'], 'c7g.large': ['b', 'c', 'd'] }
const choose = (count: number, standing: string[] = []) =>
  chooseZones(['d', 'c', 'b', 'a'], { count, standing, pools, offered: (type) => offers[type] ?? [] })

test('zones that serve every pool come first, in order of name; those with a subnet stay', () => {
  expect(choose(3)).toEqual(['b', 'c', 'd'])
  expect(choose(4)).toEqual(['a', 'b', 'c', 'd'])
  expect(choose(3, ['a'])).toEqual(['a', 'b', 'c'])
  expect(choose(1, ['a', 'd'])).toEqual(['a', 'd'])
})

test('a subnet is a sixteenth of its VPC, in the first block that is free', () => {
  expect(missingSubnets('10.40.0.0/16', ['a', 'b', 'c'], [])).toEqual([
    { zone: 'a', cidr: '10.40.0.0/20' },
    { zone: 'b', cidr: '10.40.16.0/20' },
    { zone: 'c', cidr: '10.40.32.0/20' },
  ])
  // A run that was killed: b took the second block, and a user put a subnet of their own into the first.
  const standing = [
    { zone: 'b', cidr: '10.40.16.0/20' },
    { zone: 'x', cidr: '10.40.3.0/24' },
  ]
  expect(missingSubnets('10.40.0.0/16', ['a', 'b', 'c'], standing)).toEqual([
    { zone: 'a', cidr: '10.40.32.0/20' },
    { zone: 'c', cidr: '10.40.48.0/20' },
  ])
  expect(missingSubnets('10.0.0.0/24', ['a'], [])).toEqual([{ zone: 'a', cidr: '10.0.0.0/28' }])
})
