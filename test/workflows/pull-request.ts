/** The payload of a `pull_request` event, as far as our workflows read it. `repository` is where the branch is. */
export const pullRequest = ({ repository, login = 'somebody' }: { repository: string; login?: string }) => ({
  number: 42,
  pull_request: {
    number: 42,
    head: { sha: '6dcb09b5b57875f334f61aebed695e2e4193db5e', ref: 'topic', repo: { full_name: repository } },
    base: { ref: 'main' },
    user: { login },
  },
})
