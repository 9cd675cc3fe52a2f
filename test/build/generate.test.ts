import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { actionYml, inputRows } from '../../src/build/action-yml.ts'
import { withTables } from '../../src/build/readme-tables.ts'

const inputs = z.object({
  name: z.string().describe('Its name.'),
  size: z.enum(['small', 'large']).prefault('small').describe('How big.'),
  quiet: z.stringbool().prefault('false').describe('Say less.'),
})

test('reads required, default and choices off the schema', () => {
  expect(inputRows(inputs)).toEqual([
    { name: 'name', description: 'Its name.', required: true, default: undefined, choices: [] },
    { name: 'size', description: 'How big.', required: false, default: 'small', choices: ['small', 'large'] },
    { name: 'quiet', description: 'Say less.', required: false, default: 'false', choices: [] },
  ])
})

test('an input without a description does not get into action.yml', () => {
  expect(() => inputRows(z.object({ name: z.string() }))).toThrow('input name has no description')
})

test('an action runs on node24 through its door', () => {
  const text = actionYml(
    {
      id: 'x',
      name: 'X',
      description: 'Does x.',
      icon: 'zap',
      inputs,
      outputs: { verdict: 'pass or fail' },
      run: async () => {},
    },
    '../../dist/x',
  )
  expect(text).toContain('using: node24')
  expect(text).toContain('main: ../../dist/x/index.js')
  expect(text).not.toContain('post:')
})

test('words by hand around the tables stay', () => {
  const readme =
    '# X\n\nWords.\n\n<!-- generated: inputs and outputs -->\nold\n<!-- /generated -->\n\nMore words.\n'
  expect(withTables(readme, 'new', 'README.md')).toBe(
    '# X\n\nWords.\n\n<!-- generated: inputs and outputs -->\n\nnew\n\n<!-- /generated -->\n\nMore words.\n',
  )
  expect(() => withTables('# X\n', 'new', 'README.md')).toThrow('README.md needs the marks')
})
