import { afterEach, expect, jest, test } from '@jest/globals'

const VARIABLES = ['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT']
const before = { ...process.env }

afterEach(() => {
  process.env = { ...before }
})

/** The toolkit reads the environment once, when it is loaded. */
async function identityIn(variables: Record<string, string>) {
  for (const name of VARIABLES) delete process.env[name]
  Object.assign(process.env, variables)
  jest.resetModules()
  const { runIdentity } = await import('../../src/github/run-identity.ts')
  return runIdentity()
}

test.each([
  [
    'the second attempt of a run',
    { GITHUB_REPOSITORY: 'octo/caller', GITHUB_RUN_ID: '9876543210', GITHUB_RUN_ATTEMPT: '2' },
    { id: '9876543210-2', repository: 'octo/caller' },
  ],
  ['no run at all', {}, { id: 'by hand', repository: 'none' }],
])('%s', async (_, variables, expected) => {
  expect(await identityIn(variables)).toEqual(expected)
})
