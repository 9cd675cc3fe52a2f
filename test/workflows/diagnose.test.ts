import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { OURS, OURS_REF, writeWorkflow } from './repositories.ts'
import { type Stubbed, startStubbed } from './stubbed.ts'

let stubbed: Stubbed

beforeAll(async () => {
  stubbed = await startStubbed(['diagnose'])
  writeWorkflow(
    stubbed.caller,
    'something-fails',
    `on: workflow_dispatch
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: exit 1
      - if: failure()
        uses: ${OURS}/actions/diagnose@${OURS_REF}
        with: { cluster-name: mine, aws-region: eu-west-1 }
`,
  )
})
afterAll(() => stubbed.close())

test.each([
  ['the logs of every node are kept with the run', []],
  ['what was found before it failed is kept too', ['node-logs']],
])('%s', async (_, fail) => {
  const { calls, annotations } = await stubbed.run(
    { workflow: 'something-fails', event: 'workflow_dispatch' },
    fail,
  )
  expect(calls).toMatchObject([
    { action: 'node-logs', inputs: { 'cluster-name': 'mine', 'aws-region': 'eu-west-1' } },
  ])
  expect(annotations).toContainEqual(expect.stringMatching(/^notice: uploaded diagnosis-mine-build-1: /))
})
