import { afterEach, expect, jest, test } from '@jest/globals'
import * as z from 'zod'
import type { ActionDefinition } from '../../src/kit/define-action.ts'

const failures: string[] = []
jest.unstable_mockModule('@actions/core', () => ({
  info: () => {},
  notice: () => {},
  warning: () => {},
  error: () => {},
  setSecret: () => {},
  setOutput: () => {},
  setFailed: (message: string) => failures.push(message),
}))
const { main } = await import('../../src/kit/main.ts')
const { UserError } = await import('../../src/kit/errors.ts')
jest.spyOn(process, 'exit').mockImplementation(() => undefined as never)

const action = (run: () => Promise<void>): ActionDefinition => ({
  id: 'x',
  name: 'x',
  description: 'x',
  icon: 'x',
  inputs: z.object({}),
  outputs: {},
  run,
})

afterEach(() => {
  failures.length = 0
})

test.each([
  ['an Error', new Error('broken'), /broken/],
  [
    'a UserError with its next step',
    new UserError('no quorum', { hint: 'start server 2' }),
    /no quorum\n→ start server 2/,
  ],
  ['a string', 'just a word', /just a word/],
  ['nothing', undefined, /undefined/],
])('%s thrown fails the step', async (_, thrown, said) => {
  await main(action(() => Promise.reject(thrown)))
  expect(failures).toEqual([expect.stringMatching(said)])
})

test('an action that ends well does not fail the step', async () => {
  await main(action(() => Promise.resolve()))
  expect(failures).toEqual([])
})
