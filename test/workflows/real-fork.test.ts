import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type GithubApi, startGithubApi } from '../github-api/github-api.ts'
import { pullRequest } from './pull-request.ts'
import { A_WHOLE_CHAIN, type Real, startReal } from './real.ts'

let api: GithubApi
let real: Real

beforeAll(async () => {
  api = await startGithubApi({ tokens: { 'token-that-writes': 'write' } })
  real = startReal()
}, A_WHOLE_CHAIN)
afterAll(async () => {
  real.close()
  await api.close()
})

test(
  'the pull request of a fork makes a cluster without AWS, verifies it, takes it away and reports',
  async () => {
    const { exitCode, jobs, log, summary } = await real.run({
      workflow: 'pr-status-check',
      event: 'pull_request',
      token: 'token-that-writes',
      payload: pullRequest({ repository: 'stranger/caller' }),
      env: { GITHUB_API_URL: api.url },
    })
    expect({ exitCode, jobs, log: exitCode ? log : '' }).toEqual({
      exitCode: 0,
      jobs: {
        'pr-status-check/pending': 'success',
        'local/cluster-local/local': 'success',
        'pr-status-check/ha': 'success',
      },
      log: '',
    })
    expect(api.statuses.map(({ state, description }) => [state, description])).toEqual([
      ['pending', 'A cluster is being made and verified'],
      ['success', 'local cluster, verdict pass'],
    ])
    expect(summary).toContain('pr-42')
    expect(log).not.toMatch(/K10[0-9a-f]{64}/)
  },
  A_WHOLE_CHAIN,
)
