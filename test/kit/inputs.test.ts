import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { readInputs } from '../../src/kit/inputs.ts'

const inputs = z.object({
  'cluster-name': z.string(),
  servers: z.string().prefault('3').transform(Number),
  'dry-run': z.stringbool().prefault('false'),
  note: z.string().optional(),
})

test('reads what the runner hands over, an empty string being "not given"', () => {
  expect(readInputs(inputs, { 'INPUT_CLUSTER-NAME': ' demo ', INPUT_SERVERS: '', INPUT_NOTE: '' })).toEqual({
    'cluster-name': 'demo',
    servers: 3,
    'dry-run': false,
  })
})

test('reports every fault at once, each with its input', () => {
  expect(() => readInputs(inputs, { 'INPUT_DRY-RUN': 'perhaps' })).toThrow(
    /2 inputs are not right:\n {2}cluster-name: is required\n {2}dry-run: /,
  )
})
