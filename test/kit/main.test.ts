import { afterEach, expect, jest, test } from '@jest/globals'
import * as z from 'zod'
import type { ActionDefinition, Kit } from '../../src/kit/define-action.ts'

const failures: string[] = []
const state = new Map<string, string>()
jest.unstable_mockModule('@actions/core', () => ({
  info: () => {},
  notice: () => {},
  warning: () => {},
  error: () => {},
  setSecret: () => {},
  setOutput: () => {},
  saveState: (name: string, value: string) => state.set(name, value),
  getState: (name: string) => state.get(name) ?? '',
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
  state.clear()
})

test.each([
  ['ended well', async () => {}, true],
  ['failed', () => Promise.reject(new Error('x')), true],
  [
    'was cancelled',
    async (kit: Kit) => {
      process.emit('SIGINT')
      kit.signal.throwIfAborted()
    },
    false,
  ],
])('the post step knows of a step that %s', async (_, run, ended) => {
  let told: boolean | undefined
  const definition = { ...action(() => Promise.resolve()), run: (_inputs: unknown, kit: Kit) => run(kit) }
  const post: ActionDefinition['post'] = async (_kit, step) => {
    told = step.ended
  }
  await main({ ...definition, post })
  await main({ ...definition, post }, 'post')
  expect(told).toBe(ended)
})

test('a post step that fails turns nothing red', async () => {
  await main({ ...action(() => Promise.resolve()), post: () => Promise.reject(new Error('x')) }, 'post')
  expect(failures).toEqual([])
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
