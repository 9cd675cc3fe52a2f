import { expect, test } from '@jest/globals'
import { plain, table } from '../../src/kit/markdown-table.ts'

test('names, sides and rows', () => {
  expect(table(['', 'zone', { right: 'servers' }], [['✅', 'eu-west-1a', '3']])).toBe(
    ['| | zone | servers |', '|---|---|--:|', '| ✅ | eu-west-1a | 3 |'].join('\n'),
  )
})

test('nothing ends a cell, and markup stays', () => {
  expect(table(['a'], [['`x | y`\n**z**']])).toContain('\n| `x \\| y` **z** |')
})

test.each([
  ['a tag', '<img src=x>', '&lt;img src=x>'],
  ['code', '`rm`', "'rm'"],
  ['a link', '[here](http://x)', '\\[here\\](http://x)'],
  ['lines', 'a\n\n# b', 'a # b'],
  ['an escape', 'a \\', 'a \\\\'],
])('text of others is no markup: %s', (_name, text, shown) => {
  expect(plain(text)).toBe(shown)
})

test('an escape of others does not undo that of the cell', () => {
  expect(table(['a'], [[plain('x\\|y')]])).toContain('\n| x\\\\\\|y |')
})
