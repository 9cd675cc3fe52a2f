import { expect, test } from '@jest/globals'
import { tagFault, userTags } from '../../src/cluster/user-tags.ts'

test.each(['team=web', 'cost centre=42', 'empty=', 'url=https://example.org/a', 'größe=10'])(
  '%s is a tag',
  (item) => {
    expect(tagFault(item)).toBeUndefined()
  },
)

test.each([
  ['team', /key=value/],
  ['=web', /key=value/],
  ['aws:team=web', /AWS’s own/],
  ['Name=web', /set by rke2-action itself/],
  ['rke2-action:cluster=web', /set by rke2-action itself/],
  ['kubernetes.io/cluster/x=owned', /set by rke2-action itself/],
  ['team=web;shop', /nothing else/],
  [`${'k'.repeat(129)}=web`, /128 characters/],
  [`team=${'v'.repeat(257)}`, /256 characters/],
])('%s is refused', (item, words) => {
  expect(tagFault(item)).toMatch(words)
})

test('a value may hold what separates it', () => {
  expect(userTags(['a=b=c', 'd='])).toEqual({ a: 'b=c', d: '' })
})
